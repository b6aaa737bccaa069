// GNU Radio's gr-fec: the same frames as viterbi_decode/k7_1-2.
#include "convolutional_frames.h"
#include "info_bits.h"
#include "random_bytes.h"

#include <benchmark/benchmark.h>
#include <gnuradio/fec/cc_decoder.h>

namespace {

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
    std::vector<uint8_t> symbols; // 0 to 255, large for a one; C2 as sent, inverted
    for (const float llr : llrs)
        symbols.push_back(uint8_t(std::clamp(127.5f - 8 * llr, 0.0f, 255.0f)));
    for (size_t i = 1; i < symbols.size(); i += 2)
        symbols[i] = uint8_t(255 - symbols[i]);
    const auto decoder = gr::fec::code::cc_decoder::make(8 * kBytes, 7, 2, {0x4F, 0x6D}, 0, 0,
                                                         CC_TERMINATED, false);
    std::vector<uint8_t> bits(8 * kBytes), decoded(kBytes);
    for (auto _ : state) {
        decoder->generic_work(symbols.data(), bits.data());
        benchmark::DoNotOptimize(bits.data());
    }
    pack_bits(bits, decoded);
    if (test::different_bits(message, decoded) > 8 * kBytes / 100)
        state.SkipWithError("the frame was not decoded");
    bench::count_info_bits(state, 8 * kBytes);
}
BENCHMARK(viterbi_decode)->Name("peer_gr_fec/viterbi_decode/k7_1-2");

} // namespace
