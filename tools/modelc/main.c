#include "tools/modelc/modelc.h"

int main(int argc, char **argv)
{
    return modelc_run(argc, argv, stderr);
}
