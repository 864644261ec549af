/*
 * What Heed calls of Intel's oneMKL beside its CBLAS, declared from its developer reference, "Support Functions".
 */

#ifndef MKL_H
#define MKL_H

void MKL_Get_Version_String(char* buf, int len);
void MKL_Set_Num_Threads(int nt);

#endif
