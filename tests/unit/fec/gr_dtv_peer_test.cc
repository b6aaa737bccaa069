// BCH and LDPC encoding against GNU Radio's gr-dtv, an independent implementation.
#include "depinsat/core/bits.h"
#include "depinsat/fec/bch_encoder.h"
#include "depinsat/fec/ldpc_encoder.h"
#include "gr_dtv_codes.h"
#include "random_bytes.h"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <gnuradio/blocks/vector_sink.h>
#include <gnuradio/blocks/vector_source.h>
#include <gnuradio/dtv/dvb_bch_bb.h>
#include <gnuradio/dtv/dvb_ldpc_bb.h>
#include <gnuradio/top_block.h>

#include <algorithm>
#include <string>
#include <vector>

namespace bdata = boost::unit_test::data;
using namespace depinsat;
using Bits = std::vector<uint8_t>; // one a byte

namespace {

constexpr unsigned kFrames = 3;

struct Encoded {
    Bits bch, ldpc;
};

Encoded encoded_by_gr_dtv(const test::GrDtvCode& code, const Bits& messages)
{
    using namespace gr::dtv;
    const auto top = gr::make_top_block("peer");
    const auto source = gr::blocks::vector_source_b::make(messages);
    const auto bch = dvb_bch_bb::make(STANDARD_DVBS2, code.frame, code.rate);
    const auto ldpc = dvb_ldpc_bb::make(STANDARD_DVBS2, code.frame, code.rate, MOD_OTHER);
    const auto outer = gr::blocks::vector_sink_b::make(),
               all = gr::blocks::vector_sink_b::make();
    top->connect(source, 0, bch, 0);
    top->connect(bch, 0, outer, 0);
    top->connect(bch, 0, ldpc, 0);
    top->connect(ldpc, 0, all, 0);
    top->run();
    return {outer->data(), all->data()};
}

Bits bch_encoded(const fec::BchCode& code, const Bits& message)
{
    Bits padded(message), out(code.n);
    padded.resize(8 * message_bytes(code));
    std::vector<uint8_t> bytes(message_bytes(code)), codeword(code.n / 8);
    pack_bits(padded, bytes);
    fec::BchEncoder(code).encode(bytes, codeword);
    unpack_bits(codeword, out);
    return out;
}

/// As it is sent: without the known zeros and the punctured bits.
Bits ldpc_encoded(const fec::LdpcCode& code, const test::GrDtvCode& sent, const Bits& outer)
{
    Bits message(sent.zeros_before), bits(code.n), out;
    message.insert(message.end(), outer.begin(), outer.end());
    BOOST_REQUIRE(message.size() == code.k);
    std::vector<uint8_t> bytes(code.k / 8), codeword(code.n / 8);
    pack_bits(message, bytes);
    fec::LdpcEncoder(code).encode(bytes, codeword);
    unpack_bits(codeword, bits);
    for (unsigned i = sent.zeros_before, left_out = 0; i < code.n; ++i)
        if (i >= code.k && left_out < sent.punctured &&
            (i - code.k) % sent.puncture_period == 0)
            ++left_out;
        else
            out.push_back(bits[i]);
    return out;
}

void check(const std::string& name, const test::GrDtvCode& theirs)
{
    std::mt19937 rng(1);
    const auto& bch = fec::find_bch_code(name);
    const auto& ldpc = fec::find_ldpc_code(name);
    // The BCH codes of shortened frames are shorter by as much: their messages begin with
    // zeros.
    const unsigned known = theirs.zeros_before - (ldpc.k - bch.n);
    Bits sent, outer, all;
    for (unsigned frame = 0; frame < kFrames; ++frame) {
        Bits message(bch.k);
        std::generate(message.begin() + known, message.end(), [&] { return rng() & 1; });
        sent.insert(sent.end(), message.begin() + known, message.end());
        auto codeword = bch_encoded(bch, message);
        codeword.erase(codeword.begin(), codeword.begin() + known);
        outer.insert(outer.end(), codeword.begin(), codeword.end());
        const auto bits = ldpc_encoded(ldpc, theirs, codeword);
        all.insert(all.end(), bits.begin(), bits.end());
    }
    const auto expected = encoded_by_gr_dtv(theirs, sent);
    BOOST_TEST(outer.size() == expected.bch.size());
    BOOST_TEST((outer == expected.bch));
    BOOST_TEST(all.size() == expected.ldpc.size());
    BOOST_TEST((all == expected.ldpc));
}

} // namespace

BOOST_AUTO_TEST_CASE(every_code_is_encoded_as_by_gr_dtv)
{
    BOOST_TEST(fec::ldpc_codes().size() == 55u);
    for (const fec::LdpcCode& code : fec::ldpc_codes()) {
        BOOST_TEST_CONTEXT(code.name)
        {
            const auto theirs = test::gr_dtv_code(code.name);
            BOOST_REQUIRE(theirs.has_value());
            check(std::string(code.name), *theirs);
        }
    }
}

// Short frames of VL-SNR. Sending each bit twice (SF2) is not the encoder's work.
BOOST_AUTO_TEST_CASE(shortened_and_punctured_short_frames_are_encoded_as_by_gr_dtv)
{
    using namespace gr::dtv;
    const std::pair<const char*, test::GrDtvCode> kCodes[] = {
        {"s2_short_1-4", {FECFRAME_SHORT, C1_5_VLSNR_SF2, 560, 30, 250}},
        {"s2x_short_11-45", {FECFRAME_SHORT, C11_45_VLSNR_SF2, 0, 15, 810}},
        {"s2_short_1-4", {FECFRAME_SHORT, C1_5_VLSNR, 0, 10, 1224}},
        {"s2x_short_4-15", {FECFRAME_SHORT, C4_15_VLSNR, 0, 8, 1224}},
        {"s2_short_1-3", {FECFRAME_SHORT, C1_3_VLSNR, 0, 8, 1224}}};
    for (const auto& [name, theirs] : kCodes)
        BOOST_TEST_CONTEXT(name << ", " << theirs.zeros_before << " known zeros")
    check(name, theirs);
}
