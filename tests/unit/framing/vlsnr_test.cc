#include "depinsat/framing/vlsnr.h"

#include "depinsat/framing/plframe.h"

#include <boost/test/unit_test.hpp>
#include <numeric>
#include <vector>

using namespace depinsat;
using namespace depinsat::framing;

BOOST_AUTO_TEST_CASE(headers_are_mutually_orthogonal)
{
    std::vector<std::array<Sample, kVlSnrHeaderSymbols>> headers(kVlSnrHeaders);
    for (unsigned k = 0; k < kVlSnrHeaders; ++k)
        write_vlsnr_header(k, headers[k]);
    for (unsigned a = 0; a < kVlSnrHeaders; ++a)
        for (unsigned b = 0; b <= a; ++b) {
            Sample sum{};
            for (size_t i = 2; i < kVlSnrHeaderSymbols - 2; ++i)
                sum += headers[a][i] * std::conj(headers[b][i]);
            BOOST_TEST(std::abs(sum - Sample(a == b ? 896.0f : 0.0f, 0)) < 1e-2f);
        }
}

BOOST_AUTO_TEST_CASE(the_rows_fill_their_frames)
{
    BOOST_TEST(vlsnr_modcods().size() == 9u);
    for (const Modcod& m : vlsnr_modcods())
        BOOST_TEST_CONTEXT(m.name << " " << to_string(m.frame_size))
        {
            BOOST_REQUIRE(m.vlsnr != nullptr);
            BOOST_TEST(plframe_symbols(m.slots, true) == (m.pls_code == 128 ? 33282u : 16686u));
            BOOST_TEST(vlsnr_sent_bits(m) * m.vlsnr->spreading ==
                       vlsnr_data_symbols(m.slots) * m.bits_per_symbol);
            BOOST_TEST(modcod_of_pls_code(m.pls_code) == nullptr);
            BOOST_TEST(&find_modcod(m.name, m.frame_size) == &m);
        }
    BOOST_CHECK_THROW(find_modcod("qpsk_2-9", FrameSize::kShort), std::invalid_argument);
    BOOST_TEST(look_up_modcod("qpsk_1-2", FrameSize::kMedium) == nullptr);
}

BOOST_AUTO_TEST_CASE(what_was_sent_returns_to_its_place_and_the_rest_is_unknown)
{
    for (const Modcod& m : vlsnr_modcods()) {
        std::vector<uint8_t> fecframe(m.n_ldpc), sent(vlsnr_sent_bits(m));
        for (size_t i = m.vlsnr->shortened; i < fecframe.size(); ++i)
            fecframe[i] = uint8_t(i * i / 7 & 1);
        vlsnr_puncture(m, fecframe, sent);
        std::vector<Llr> received(sent.size()), llrs(m.n_ldpc);
        for (size_t i = 0; i < sent.size(); ++i)
            received[i] = {int8_t(sent[i] ? -5 : 5)};
        vlsnr_depuncture(m, received, llrs);
        size_t unknown = 0;
        for (size_t i = 0; i < llrs.size(); ++i) {
            unknown += llrs[i].value == 0;
            if (llrs[i].value != 0)
                BOOST_REQUIRE_EQUAL(llrs[i].hard_bit(), fecframe[i] != 0);
        }
        BOOST_TEST(unknown == m.vlsnr->punctured);
        const size_t information = m.vlsnr->shortened + m.n_bch;
        BOOST_TEST(int(llrs[information].value) == 0); // parity bit 0
        BOOST_TEST(int(llrs[information + 1].value) != 0);
        BOOST_TEST(int(llrs[information + m.vlsnr->puncture_period].value) == 0);
        BOOST_TEST((m.vlsnr->shortened == 0 || int(llrs[0].value) == kLlrMax));
    }
}

BOOST_AUTO_TEST_CASE(data_and_pilots_lie_where_the_tables_say)
{
    const PlScrambler scrambler(3);
    for (const Modcod& m : vlsnr_modcods()) {
        std::vector<Sample> data(vlsnr_data_symbols(m.slots)), read(data.size());
        for (size_t i = 0; i < data.size(); ++i)
            data[i] = {float(i), 1};
        std::vector<Sample> payload(payload_symbols(m.slots, true));
        write_vlsnr_payload(m, scrambler, data, payload);
        read_vlsnr_payload(m, scrambler, payload, read);
        BOOST_TEST((read == data));
        const auto blocks = vlsnr_pilots(m.slots);
        BOOST_TEST(blocks[0].begin == 1440u);
        BOOST_TEST(blocks[1].begin == 1440u + 36 + (m.slots == 360 ? 703 : 704));
        std::vector<Sample> pilots(36);
        scrambler.descramble(std::span(payload).subspan(1440, 36), pilots, 1440);
        for (const Sample pilot : pilots)
            BOOST_REQUIRE((pilot == kUnmodulated));
        std::array<Sample, kVlSnrHeaderSymbols> header;
        write_vlsnr_header(m.vlsnr->header, header);
        BOOST_TEST(std::equal(header.begin(), header.end(), payload.begin()));
    }
}
