// GNU Radio's gr-fec: the same channels as ccsds_ldpc_bench.cc. Codes of which its decoder
// would take gigabytes (AR4JA k = 16384, DVB-S2) are left out: tests/gr_fec_ldpc.h.
#include "awgn_llrs.h"
#include "depinsat/fec/ccsds_ldpc_encoder.h"
#include "gr_fec_ldpc.h"
#include "info_bits.h"
#include "random_bytes.h"

#include <benchmark/benchmark.h>

namespace {

using namespace depinsat;

constexpr int kMaxIterations = 20;
constexpr size_t kFrames = 16;

void decode(benchmark::State& state, const char* name, double ebn0_db)
{
    std::mt19937 rng(1);
    const auto& code = fec::find_ccsds_ldpc_code(name);
    const double esn0_db = ebn0_db + 10 * std::log10(2.0 * code.k / (code.n - code.fill));
    std::vector<uint8_t> codeword(code.n / 8), message;
    std::vector<std::vector<float>> frames;
    for (size_t i = 0; i < kFrames; ++i) {
        fec::CcsdsLdpcEncoder(code).encode(test::random_bytes(code.k / 8, rng), codeword);
        frames.push_back(test::qpsk_llrs_in_nat(codeword, esn0_db, rng));
    }
    test::GrFecLdpc decoder(code, kMaxIterations);
    unsigned long failures = 0;
    size_t next = 0;
    for (auto _ : state) {
        failures += !decoder.decode(frames[next], message);
        next = (next + 1) % kFrames;
    }
    bench::count_info_bits(state, code.k);
    state.counters["frame_error_rate"] = double(failures) / double(state.iterations());
}

} // namespace

BENCHMARK_CAPTURE(decode, 0, "ar4ja_1-2_1024", 1.9)->Name("peer_gr_fec/ar4ja_decode/1-2_1024");
BENCHMARK_CAPTURE(decode, 1, "ar4ja_4-5_4096", 3.4)->Name("peer_gr_fec/ar4ja_decode/4-5_4096");
BENCHMARK_CAPTURE(decode, 2, "c2", 4.2)->Name("peer_gr_fec/c2_decode");
BENCHMARK_CAPTURE(decode, 3, "tc_128", 5.0)->Name("peer_gr_fec/tc_ldpc_decode/128");
BENCHMARK_CAPTURE(decode, 4, "tc_512", 3.5)->Name("peer_gr_fec/tc_ldpc_decode/512");
