/// What every study is made of: claims, checks, and the place it runs in.
package heed.studies.claim;
