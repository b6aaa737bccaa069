#include "awgn_llrs.h"
#include "depinsat/fec/bch_decoder.h"
#include "depinsat/fec/bch_encoder.h"
#include "depinsat/fec/ldpc_decoder.h"
#include "depinsat/fec/ldpc_encoder.h"
#include "info_bits.h"
#include "random_bytes.h"
#include "run_benchmarks.h"

#include <benchmark/benchmark.h>

#include <string>

// Names as docs and tools rely on them: ldpc_decode/<code>/iterations:<n>,
// ldpc_decode/<code>/esn0_db:<x>, ldpc_encode/<code>, bch_decode/<code>/errors:<n>,
// bch_encode/<code>; counter info_bits_per_second.

namespace {

using depinsat::bench::count_info_bits;

using namespace depinsat;

constexpr unsigned kMaxIterations = 25;
constexpr size_t kFrames = 16; // different ones, so that no branch is learnt by heart

std::vector<std::vector<Llr>> noisy_frames(const fec::LdpcCode& code, double esn0_db)
{
    std::mt19937 rng(1);
    fec::LdpcEncoder encoder(code);
    std::vector<uint8_t> codeword(code.n / 8);
    std::vector<std::vector<Llr>> frames;
    for (size_t i = 0; i < kFrames; ++i) {
        encoder.encode(test::random_bytes(code.k / 8, rng), codeword);
        frames.push_back(test::qpsk_llrs(codeword, esn0_db, rng));
    }
    return frames;
}

/// @return iterations of all frames together.
unsigned long decode_frames(benchmark::State& state,
                            fec::LdpcDecoder& decoder,
                            unsigned max_iterations,
                            double esn0_db)
{
    const auto frames = noisy_frames(decoder.code(), esn0_db);
    std::vector<uint8_t> message(decoder.code().k / 8);
    unsigned long iterations = 0;
    size_t next = 0;
    for (auto _ : state) {
        iterations += decoder.decode(frames[next], message).value_or(max_iterations);
        benchmark::DoNotOptimize(message.data());
        next = (next + 1) % kFrames;
    }
    count_info_bits(state, decoder.code().k);
    return iterations;
}

/// So much noise that no frame stops early: the given number of iterations each.
void ldpc_decode_iterations(benchmark::State& state,
                            const fec::LdpcCode& code,
                            unsigned iterations)
{
    fec::LdpcDecoder decoder(code, iterations);
    const auto used = decode_frames(state, decoder, iterations, -5.0);
    if (used != iterations * static_cast<unsigned long>(state.iterations()))
        state.SkipWithError("a frame stopped early");
}

void ldpc_decode_esn0(benchmark::State& state, const fec::LdpcCode& code, double esn0_db)
{
    fec::LdpcDecoder decoder(code, kMaxIterations);
    const auto used = decode_frames(state, decoder, kMaxIterations, esn0_db);
    state.counters["mean_iterations"] = double(used) / double(state.iterations());
}

void ldpc_encode(benchmark::State& state, const fec::LdpcCode& code)
{
    std::mt19937 rng(1);
    fec::LdpcEncoder encoder(code);
    const auto message = test::random_bytes(code.k / 8, rng);
    std::vector<uint8_t> codeword(code.n / 8);
    for (auto _ : state) {
        encoder.encode(message, codeword);
        benchmark::DoNotOptimize(codeword.data());
    }
    count_info_bits(state, code.k);
}

void bch_encode(benchmark::State& state, const fec::BchCode& code)
{
    std::mt19937 rng(1);
    const fec::BchEncoder encoder(code);
    const auto message = test::random_bytes(code.k / 8, rng);
    std::vector<uint8_t> codeword(code.n / 8);
    for (auto _ : state) {
        encoder.encode(message, codeword);
        benchmark::DoNotOptimize(codeword.data());
    }
    count_info_bits(state, code.k);
}

/// Each decoding finds as many errors as the one before, at other places.
void bch_decode(benchmark::State& state, const fec::BchCode& code, unsigned errors)
{
    std::mt19937 rng(1);
    fec::BchDecoder decoder(code);
    std::vector<uint8_t> codeword(code.n / 8);
    fec::BchEncoder(code).encode(test::random_bytes(code.k / 8, rng), codeword);
    for (auto _ : state) {
        const size_t first = rng() % code.n;
        for (unsigned i = 0; i < errors; ++i)
            flip_bit(codeword, (first + i * 997) % code.n);
        const auto corrected = decoder.decode(codeword);
        if (corrected != errors) {
            state.SkipWithError("errors were not corrected");
            break;
        }
    }
    count_info_bits(state, code.k);
}

void register_ldpc(const std::string& name, std::initializer_list<const char*> esn0_db)
{
    const auto& code = fec::find_ldpc_code(name);
    const std::string decode = "ldpc_decode/" + name;
    for (const unsigned n : {10u, 25u})
        benchmark::RegisterBenchmark(
            (decode + "/iterations:" + std::to_string(n)).c_str(),
            [&code, n](auto& s) { ldpc_decode_iterations(s, code, n); });
    for (const char* db : esn0_db)
        benchmark::RegisterBenchmark((decode + "/esn0_db:" + db).c_str(), [&code, db](auto& s) {
            ldpc_decode_esn0(s, code, std::stod(db));
        });
    benchmark::RegisterBenchmark(("ldpc_encode/" + name).c_str(),
                                 [&code](auto& s) { ldpc_encode(s, code); });
}

void register_bch(const std::string& name)
{
    const auto& code = fec::find_bch_code(name);
    for (const unsigned n : {0u, 1u, 3u, 6u, 12u})
        benchmark::RegisterBenchmark(
            ("bch_decode/" + name + "/errors:" + std::to_string(n)).c_str(),
            [&code, n](auto& s) { bch_decode(s, code, n); });
    benchmark::RegisterBenchmark(("bch_encode/" + name).c_str(),
                                 [&code](auto& s) { bch_encode(s, code); });
}

} // namespace

int main(int argc, char** argv)
{
    register_ldpc("s2_normal_1-2", {"1.2", "2.0"});
    register_ldpc("s2_normal_3-4", {"4.2", "5.03"});
    register_ldpc("s2_normal_8-9", {"7.2"});
    register_ldpc("s2_short_1-2", {"1.2", "2.0"});
    for (const char* name : {"s2_normal_1-2", "s2_normal_3-4", "s2_short_1-2"})
        register_bch(name);
    return depinsat::bench::run_benchmarks(argc, argv);
}
