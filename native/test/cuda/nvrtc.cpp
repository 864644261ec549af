// NVRTC of the double; see double.h. It takes no source but the one whose C++ the driver runs.
#include "double.h"

#include <cstring>
#include <string>

asm(".section .rodata\n"
    ".global heed_source\nheed_source:\n.incbin \"" SOURCE "\"\n.byte 0\n"
    ".previous\n");
extern "C" __attribute__((visibility("hidden"))) const char heed_source[];

enum { OK = 0, COMPILATION = 6, INTERNAL_ERROR = 11 };

struct Program {
    std::string source, ptx;
};

extern "C" {
int nvrtcVersion(int *major, int *minor) {
    if (double_fails("nvrtcVersion")) return INTERNAL_ERROR;
    *major = 13, *minor = 0;
    return OK;
}
const char *nvrtcGetErrorString(int code) { return code == COMPILATION ? "NVRTC_ERROR_COMPILATION" : "NVRTC_ERROR_OF_THE_DOUBLE"; }
int nvrtcGetNumSupportedArchs(int *count) {
    if (double_fails("nvrtcGetNumSupportedArchs")) return INTERNAL_ERROR;
    *count = 3;
    return OK;
}
int nvrtcGetSupportedArchs(int *all) {
    if (double_fails("nvrtcGetSupportedArchs")) return INTERNAL_ERROR;
    all[0] = 75, all[1] = 90, all[2] = 120;
    return OK;
}
int nvrtcCreateProgram(void **program, const char *source, const char *, int, const char *const *, const char *const *) {
    if (double_fails("nvrtcCreateProgram")) return INTERNAL_ERROR;
    *program = new Program{source, ""};
    double_alive("program", 1);
    return OK;
}
int nvrtcDestroyProgram(void **program) {
    delete (Program *)*program;
    *program = nullptr;
    double_alive("program", -1);
    return double_fails("nvrtcDestroyProgram") ? INTERNAL_ERROR : OK;
}
int nvrtcCompileProgram(void *program, int count, const char *const *options) {
    if (double_fails("nvrtcCompileProgram")) return COMPILATION;
    if (((Program *)program)->source != heed_source || count != 1) return COMPILATION;
    const char *architecture = std::strchr(options[0], '=');
    ((Program *)program)->ptx = "// ptx of the double, " + std::string(architecture + 1) + "\n";
    return OK;
}
int nvrtcGetPTXSize(void *program, std::size_t *size) {
    if (double_fails("nvrtcGetPTXSize")) return INTERNAL_ERROR;
    *size = ((Program *)program)->ptx.size() + 1;
    return OK;
}
int nvrtcGetPTX(void *program, char *ptx) {
    if (double_fails("nvrtcGetPTX")) return INTERNAL_ERROR;
    std::strcpy(ptx, ((Program *)program)->ptx.c_str());
    return OK;
}
int nvrtcGetProgramLogSize(void *, std::size_t *size) { *size = 21; return OK; }
int nvrtcGetProgramLog(void *, char *log) { std::strcpy(log, "attention.cu: error\n"); return OK; }
}
