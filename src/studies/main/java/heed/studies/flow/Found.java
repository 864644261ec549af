package heed.studies.flow;

import heed.studies.claim.Check;
import heed.studies.page.Section;
import java.util.List;

/// What a part of the study found: its checks, and its section of the page.
record Found(List<Check> checks, Section section) {}
