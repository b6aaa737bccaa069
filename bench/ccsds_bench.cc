#include "convolutional_frames.h"
#include "depinsat/fec/concatenated_code.h"
#include "depinsat/fec/reed_solomon.h"
#include "depinsat/fec/viterbi_decoder.h"
#include "depinsat/fec/viterbi_stream.h"
#include "info_bits.h"
#include "random_bytes.h"
#include "run_benchmarks.h"

#include <benchmark/benchmark.h>

#include <string>

// Names as docs and tools rely on them: viterbi_decode/k7_1-2, rs_encode/255_223,
// rs_decode/255_223/errors:<n>; counter info_bits_per_second.

namespace {

using depinsat::bench::count_info_bits;

using namespace depinsat;

constexpr size_t kMessageBytes = 1020; // 8160 bits
constexpr size_t kFrames = 16;         // different ones, so that no branch is learnt by heart
constexpr double kEbN0Db = 3.0;

std::vector<Llr>
noisy_frame(const fec::ConvolutionalCode& code, size_t bytes, std::mt19937& rng)
{
    const auto frame = test::convolutional_frame(code, test::random_bytes(bytes, rng));
    return test::quantised(test::bpsk_llrs(frame, fec::terminated_bits(code, bytes),
                                           test::esn0_db(code, kEbN0Db), rng));
}

void viterbi_encode(benchmark::State& state, const fec::ConvolutionalCode& code)
{
    std::mt19937 rng(1);
    fec::ConvolutionalEncoder encoder(code);
    const auto message = test::random_bytes(kMessageBytes, rng);
    std::vector<uint8_t> out(2 * kMessageBytes + 4);
    for (auto _ : state) {
        encoder.finish(std::span(out).subspan(encoder.encode(message, out)));
        benchmark::DoNotOptimize(out.data());
    }
    count_info_bits(state, 8 * kMessageBytes);
}

void viterbi_decode(benchmark::State& state, const fec::ConvolutionalCode& code)
{
    std::mt19937 rng(1);
    fec::ViterbiDecoder decoder(code, kMessageBytes);
    std::vector<std::vector<Llr>> frames;
    for (size_t i = 0; i < kFrames; ++i)
        frames.push_back(noisy_frame(code, kMessageBytes, rng));
    std::vector<uint8_t> message(kMessageBytes);
    size_t next = 0;
    for (auto _ : state) {
        if (!decoder.decode(frames[next], message))
            state.SkipWithError("lengths do not fit");
        benchmark::DoNotOptimize(message.data());
        next = (next + 1) % kFrames;
    }
    count_info_bits(state, 8 * kMessageBytes);
}

void viterbi_stream(benchmark::State& state, const fec::ConvolutionalCode& code)
{
    std::mt19937 rng(1);
    fec::ViterbiStreamDecoder decoder(code);
    const auto llrs = noisy_frame(code, 100 * kMessageBytes, rng);
    std::vector<uint8_t> out(decoder.most_bytes(llrs.size()));
    size_t bytes = 0;
    for (auto _ : state) {
        bytes += decoder.decode(llrs, out);
        benchmark::DoNotOptimize(out.data());
    }
    state.counters["info_bits_per_second"] =
        benchmark::Counter(8.0 * double(bytes), benchmark::Counter::kIsRate);
}

void rs_encode(benchmark::State& state, const fec::ReedSolomonCode& code)
{
    std::mt19937 rng(1);
    const fec::ReedSolomonEncoder encoder(code);
    const auto data = test::random_bytes(code.data_bytes(), rng);
    std::vector<uint8_t> codeblock(code.codeblock_bytes());
    for (auto _ : state) {
        encoder.encode(data, codeblock);
        benchmark::DoNotOptimize(codeblock.data());
    }
    count_info_bits(state, 8 * code.data_bytes());
}

/// Each decoding finds as many errors as the one before, at other places.
void rs_decode(benchmark::State& state, const fec::ReedSolomonCode& code, unsigned errors)
{
    std::mt19937 rng(1);
    const fec::ReedSolomonDecoder decoder(code);
    std::vector<uint8_t> codeblock(code.codeblock_bytes());
    const auto data = test::random_bytes(code.data_bytes(), rng);
    fec::ReedSolomonEncoder(code).encode(data, codeblock);
    for (auto _ : state) {
        const size_t first = rng() % 255;
        for (size_t i = 0; i < errors; ++i)
            codeblock[(first + 14 * i) % 255] ^= uint8_t(1 + rng() % 255);
        const auto result = decoder.decode(codeblock);
        if (!result || !result->ok() || result->corrected != errors) {
            state.SkipWithError("errors were not corrected");
            break;
        }
    }
    count_info_bits(state, 8 * code.data_bytes());
}

void concatenated_decode(benchmark::State& state)
{
    std::mt19937 rng(1);
    const fec::ReedSolomonCode outer{16, 5, true, 0};
    const auto& inner = fec::find_convolutional_code("k7_1-2");
    fec::ConcatenatedEncoder encoder(outer, inner);
    fec::ConcatenatedDecoder decoder(outer, inner);
    auto data = test::random_bytes(outer.data_bytes(), rng);
    std::vector<uint8_t> frame(encoder.frame_bytes());
    encoder.encode(data, frame);
    const auto llrs = test::quantised(
        test::bpsk_llrs(frame, encoder.frame_bits(), test::esn0_db(inner, kEbN0Db), rng));
    for (auto _ : state) {
        const auto result = decoder.decode(llrs, data);
        if (!result || !result->ok())
            state.SkipWithError("errors were not corrected");
    }
    count_info_bits(state, 8 * data.size());
}

void register_convolutional()
{
    for (const auto& code : fec::convolutional_codes()) {
        const std::string name(code.name);
        benchmark::RegisterBenchmark(("viterbi_encode/" + name).c_str(),
                                     [&code](auto& s) { viterbi_encode(s, code); });
        benchmark::RegisterBenchmark(("viterbi_decode/" + name).c_str(),
                                     [&code](auto& s) { viterbi_decode(s, code); });
        benchmark::RegisterBenchmark(("viterbi_stream/" + name).c_str(),
                                     [&code](auto& s) { viterbi_stream(s, code); });
    }
}

void register_reed_solomon()
{
    for (const unsigned e : {16u, 8u}) {
        const fec::ReedSolomonCode code{e, 1, true, 0};
        const std::string name = "255_" + std::to_string(code.data_symbols());
        benchmark::RegisterBenchmark(("rs_encode/" + name).c_str(),
                                     [code](auto& s) { rs_encode(s, code); });
        for (const unsigned errors : {0u, 1u, 8u, 16u})
            if (errors <= e)
                benchmark::RegisterBenchmark(
                    ("rs_decode/" + name + "/errors:" + std::to_string(errors)).c_str(),
                    [code, errors](auto& s) { rs_decode(s, code, errors); });
    }
}

} // namespace

int main(int argc, char** argv)
{
    register_convolutional();
    register_reed_solomon();
    benchmark::RegisterBenchmark("concatenated_decode/255_223_i5/k7_1-2", concatenated_decode);
    return depinsat::bench::run_benchmarks(argc, argv);
}
