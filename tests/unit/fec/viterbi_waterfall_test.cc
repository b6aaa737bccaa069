#include "depinsat/fec/viterbi_decoder.h"

#include "convolutional_frames.h"
#include "random_bytes.h"
#include "reference/convolutional.h"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <cstdlib>

namespace bdata = boost::unit_test::data;
using namespace depinsat;

// Frames a point: few in every run; DEPINSAT_LONG_WATERFALL=1 takes as many as the figure of
// 0.1 dB needs to be told from chance.

namespace {

constexpr size_t kBytes = 1020;

struct Point {
    const char* code;
    double ebn0_db;
    double bits_wrong_at_most; // share, of the unquantised decoder, known from the literature
};

std::ostream& operator<<(std::ostream& out, const Point& point)
{
    return out << point.code << " at " << point.ebn0_db << " dB";
}

// One point each side of a bit error rate of 1e-3 or so.
constexpr Point kPoints[] = {
    {"k7_1-2", 2.0, 8e-3}, {"k7_1-2", 3.0, 6e-4}, {"k7_2-3", 2.8, 8e-3}, {"k7_2-3", 3.6, 8e-4},
    {"k7_3-4", 3.4, 8e-3}, {"k7_3-4", 4.2, 6e-4}, {"k7_5-6", 4.0, 8e-3}, {"k7_5-6", 4.8, 6e-4},
    {"k7_7-8", 4.5, 8e-3}, {"k7_7-8", 5.3, 6e-4},
};

/// The textbook's algorithm on LLRs that were never rounded.
std::vector<uint8_t> decode_unquantised(const fec::ConvolutionalCode& code,
                                        const std::vector<float>& llrs)
{
    const size_t steps = 8 * kBytes + fec::kConvolutionalTail;
    std::vector<float> c1(steps), c2(steps);
    size_t next = 0;
    for (size_t t = 0; t < steps; ++t) {
        if (code.c1 >> (t % code.period) & 1)
            c1[t] = llrs[next++];
        if (code.c2 >> (t % code.period) & 1)
            c2[t] = code.invert_c2 ? -llrs[next++] : llrs[next++];
    }
    auto path = reference::viterbi<float>(steps, 0, 0, [&](size_t t, int bit1, int bit2) {
        return (bit1 ? -c1[t] : c1[t]) + (bit2 ? -c2[t] : c2[t]);
    });
    path.bits.resize(8 * kBytes);
    std::vector<uint8_t> message(kBytes);
    pack_bits(path.bits, message);
    return message;
}

struct Errors {
    size_t ours = 0, unquantised = 0, bits = 0;
};

// The same messages and the same noise whatever the strength.
Errors run(const fec::ConvolutionalCode& code, double ebn0_db, int frames, bool slow_twin)
{
    std::mt19937 rng(20);
    fec::ViterbiDecoder decoder(code, kBytes);
    std::vector<uint8_t> decoded(kBytes);
    Errors errors;
    for (int i = 0; i < frames; ++i) {
        const auto message = test::random_bytes(kBytes, rng);
        const auto llrs = test::bpsk_llrs(test::convolutional_frame(code, message),
                                          fec::terminated_bits(code, kBytes),
                                          test::esn0_db(code, ebn0_db), rng);
        BOOST_REQUIRE(decoder.decode(test::quantised(llrs), decoded));
        errors.ours += test::different_bits(message, decoded);
        if (slow_twin)
            errors.unquantised += test::different_bits(message, decode_unquantised(code, llrs));
        errors.bits += 8 * kBytes;
    }
    return errors;
}

bool is_long()
{
    const char* value = std::getenv("DEPINSAT_LONG_WATERFALL");
    return value != nullptr && std::string(value) == "1";
}

} // namespace

BOOST_DATA_TEST_CASE(tenth_of_a_decibel_makes_up_for_int8, bdata::make(kPoints), point)
{
    const auto& code = fec::find_convolutional_code(point.code);
    const int frames = is_long() ? 400 : 40;
    const Errors weaker = run(code, point.ebn0_db - 0.1, frames, true);
    const Errors here = run(code, point.ebn0_db, frames, false);
    BOOST_TEST_MESSAGE(point << ": " << here.ours << " wrong of " << here.bits
                             << "; unquantised, 0.1 dB less: " << weaker.unquantised);
    BOOST_TEST(double(here.ours) / double(here.bits) < point.bits_wrong_at_most);
    BOOST_TEST(weaker.unquantised > 0u);
    // A point has 10 to 100 error events in the short form: allow for chance.
    const double allowed = is_long() ? 0 : 0.2 * double(weaker.unquantised) + 40;
    BOOST_TEST(double(here.ours) <= double(weaker.unquantised) + allowed);
}
