#include "awgn_llrs.h"
#include "depinsat/fec/ccsds_ldpc_decoder.h"
#include "depinsat/fec/ccsds_ldpc_encoder.h"
#include "depinsat/fec/turbo_decoder.h"
#include "depinsat/fec/turbo_encoder.h"
#include "info_bits.h"
#include "random_bytes.h"

#include <benchmark/benchmark.h>

#include <cmath>

// Names as docs and tools rely on them: ar4ja_decode/<rate>_<k>, c2_decode, tc_ldpc_decode/<n>,
// turbo_decode/<rate>_<k>;
// counters info_bits_per_second, mean_iterations, frame_error_rate. One frame a call, at most
// 20 iterations.

namespace {

using depinsat::bench::count_info_bits;

using namespace depinsat;

constexpr unsigned kMaxIterations = 20;
constexpr size_t kFrames = 64; // different ones, so that no branch is learnt by heart

std::vector<std::vector<Llr>> noisy_frames(const fec::CcsdsLdpcCode& code, double ebn0_db)
{
    std::mt19937 rng(1);
    fec::CcsdsLdpcEncoder encoder(code);
    std::vector<uint8_t> codeword(code.n / 8);
    std::vector<std::vector<Llr>> frames;
    const double bits_per_symbol = 2.0 * code.k / (code.n - code.fill);
    for (size_t i = 0; i < kFrames; ++i) {
        encoder.encode(test::random_bytes(code.k / 8, rng), codeword);
        frames.push_back(
            test::qpsk_llrs(codeword, ebn0_db + 10 * std::log10(bits_per_symbol), rng));
    }
    return frames;
}

void decode(benchmark::State& state, const char* name, double ebn0_db)
{
    const auto& code = fec::find_ccsds_ldpc_code(name);
    fec::CcsdsLdpcDecoder decoder(code, kMaxIterations);
    const auto frames = noisy_frames(code, ebn0_db);
    std::vector<uint8_t> message(code.k / 8);
    unsigned long iterations = 0, failures = 0;
    size_t next = 0;
    for (auto _ : state) {
        const auto used = decoder.decode(frames[next], message);
        iterations += used.value_or(kMaxIterations);
        failures += !used;
        benchmark::DoNotOptimize(message.data());
        next = (next + 1) % kFrames;
    }
    count_info_bits(state, code.k);
    state.counters["mean_iterations"] = double(iterations) / double(state.iterations());
    state.counters["frame_error_rate"] = double(failures) / double(state.iterations());
}

void encode(benchmark::State& state, const char* name)
{
    std::mt19937 rng(1);
    const auto& code = fec::find_ccsds_ldpc_code(name);
    fec::CcsdsLdpcEncoder encoder(code);
    const auto message = test::random_bytes(code.k / 8, rng);
    std::vector<uint8_t> codeword(code.n / 8);
    for (auto _ : state) {
        encoder.encode(message, codeword);
        benchmark::DoNotOptimize(codeword.data());
    }
    count_info_bits(state, code.k);
}

/// So much noise that no frame stops early: 10 iterations each; or a channel beyond the knee.
void decode_turbo(benchmark::State& state, const char* name, double ebn0_db)
{
    constexpr unsigned kTurboIterations = 10;
    std::mt19937 rng(1);
    const auto& code = fec::find_turbo_code(name);
    std::vector<uint8_t> codeword((code.n + 7) / 8), message(code.k / 8);
    std::vector<std::vector<Llr>> frames;
    for (size_t i = 0; i < 16; ++i) {
        fec::TurboEncoder(code).encode(test::random_bytes(code.k / 8, rng), codeword);
        frames.push_back(
            test::qpsk_llrs(codeword, ebn0_db + 10 * std::log10(2.0 * code.k / code.n), rng));
    }
    fec::TurboDecoder decoder(code, kTurboIterations);
    unsigned long iterations = 0;
    size_t next = 0;
    for (auto _ : state) {
        const auto llrs = std::span<const Llr>(frames[next]).first(code.n);
        iterations += decoder.decode(llrs, message).value_or(kTurboIterations);
        benchmark::DoNotOptimize(message.data());
        next = (next + 1) % frames.size();
    }
    count_info_bits(state, code.k);
    state.counters["mean_iterations"] = double(iterations) / double(state.iterations());
}

} // namespace

BENCHMARK_CAPTURE(decode, 0, "ar4ja_1-2_1024", 1.9)->Name("ar4ja_decode/1-2_1024");
BENCHMARK_CAPTURE(decode, 1, "ar4ja_4-5_4096", 3.4)->Name("ar4ja_decode/4-5_4096");
BENCHMARK_CAPTURE(decode, 2, "ar4ja_1-2_16384", 1.4)->Name("ar4ja_decode/1-2_16384");
BENCHMARK_CAPTURE(decode, 3, "c2", 4.2)->Name("c2_decode");
BENCHMARK_CAPTURE(decode, 4, "tc_128", 5.0)->Name("tc_ldpc_decode/128");
BENCHMARK_CAPTURE(decode, 5, "tc_512", 3.5)->Name("tc_ldpc_decode/512");
BENCHMARK_CAPTURE(decode_turbo, 0, "turbo_1-2_8920", -3.0)->Name("turbo_decode/1-2_8920");
BENCHMARK_CAPTURE(decode_turbo, 1, "turbo_1-2_8920", 1.2)
    ->Name("turbo_decode/1-2_8920/ebn0_db:1.2");
BENCHMARK_CAPTURE(decode_turbo, 2, "turbo_1-6_8920", -6.0)->Name("turbo_decode/1-6_8920");
BENCHMARK_CAPTURE(encode, 6, "ar4ja_1-2_1024")->Name("ar4ja_encode/1-2_1024");
BENCHMARK_CAPTURE(encode, 7, "ar4ja_4-5_4096")->Name("ar4ja_encode/4-5_4096");
BENCHMARK_CAPTURE(encode, 8, "ar4ja_1-2_16384")->Name("ar4ja_encode/1-2_16384");
BENCHMARK_CAPTURE(encode, 9, "c2")->Name("c2_encode");
BENCHMARK_CAPTURE(encode, 10, "tc_128")->Name("tc_ldpc_encode/128");
BENCHMARK_CAPTURE(encode, 11, "tc_512")->Name("tc_ldpc_encode/512");
