// Of the programs whose benchmarks register themselves.
#include "run_benchmarks.h"

int main(int argc, char** argv)
{
    return depinsat::bench::run_benchmarks(argc, argv);
}
