// Debian's libfec (its portable code): the same frames as viterbi_decode/k7_1-2 and rs_*.
#include "convolutional_frames.h"
#include "info_bits.h"
#include "random_bytes.h"

#include <benchmark/benchmark.h>

extern "C" {
#include <fec.h>
}

namespace {

using depinsat::bench::count_info_bits;

using namespace depinsat;

void viterbi_decode(benchmark::State& state)
{
    constexpr size_t kBytes = 1020;
    std::mt19937 rng(1);
    const auto& code = fec::find_convolutional_code("k7_1-2");
    const auto message = test::random_bytes(kBytes, rng);
    const auto llrs =
        test::bpsk_llrs(test::convolutional_frame(code, message),
                        fec::terminated_bits(code, kBytes), test::esn0_db(code, 3.0), rng);
    std::vector<uint8_t> symbols; // 0 to 255, large for a one
    for (const float llr : llrs)
        symbols.push_back(uint8_t(std::clamp(127.5f - 8 * llr, 0.0f, 255.0f)));
    int polynomials[] = {V27POLYB, -V27POLYA};
    set_viterbi27_polynomial(polynomials);
    void* decoder = create_viterbi27(8 * kBytes);
    std::vector<uint8_t> decoded(kBytes);
    for (auto _ : state) {
        init_viterbi27(decoder, 0);
        update_viterbi27_blk(decoder, symbols.data(), 8 * kBytes + 6);
        chainback_viterbi27(decoder, decoded.data(), 8 * kBytes, 0);
    }
    delete_viterbi27(decoder);
    if (test::different_bits(message, decoded) > 8 * kBytes / 100)
        state.SkipWithError("the frame was not decoded");
    count_info_bits(state, 8 * kBytes);
}
BENCHMARK(viterbi_decode)->Name("peer_libfec/viterbi_decode/k7_1-2");

void rs_encode(benchmark::State& state)
{
    std::mt19937 rng(1);
    auto codeblock = test::random_bytes(255, rng);
    for (auto _ : state) {
        encode_rs_ccsds(codeblock.data(), codeblock.data() + 223, 0);
        benchmark::DoNotOptimize(codeblock.data());
    }
    count_info_bits(state, 8 * 223);
}
BENCHMARK(rs_encode)->Name("peer_libfec/rs_encode/255_223");

void rs_decode(benchmark::State& state)
{
    std::mt19937 rng(1);
    auto codeblock = test::random_bytes(255, rng);
    encode_rs_ccsds(codeblock.data(), codeblock.data() + 223, 0);
    for (auto _ : state) {
        const size_t first = rng() % 255;
        for (int i = 0; i < state.range(0); ++i)
            codeblock[(first + 14 * size_t(i)) % 255] ^= uint8_t(1 + rng() % 255);
        if (decode_rs_ccsds(codeblock.data(), nullptr, 0, 0) != state.range(0)) {
            state.SkipWithError("errors were not corrected");
            break;
        }
    }
    count_info_bits(state, 8 * 223);
}
BENCHMARK(rs_decode)
    ->Name("peer_libfec/rs_decode/255_223")
    ->ArgName("errors")
    ->Arg(0)
    ->Arg(8)
    ->Arg(16);

} // namespace
