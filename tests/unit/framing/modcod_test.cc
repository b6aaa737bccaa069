#include "depinsat/framing/modcod.h"

#include <boost/test/unit_test.hpp>

#include <cctype>
#include <cmath>
#include <map>
#include <set>
#include <stdexcept>
#include <string>

using namespace depinsat::framing;

BOOST_AUTO_TEST_CASE(the_rows_are_all_of_s2_and_s2x_but_vl_snr)
{
    // Tables 11 and 12 of part 1: 28 normal, 24 short; of part 2: 38 normal, 17 short.
    BOOST_TEST(modcods().size() == 107u);
    std::map<std::string, unsigned> rows, s2x;
    for (const Modcod& m : modcods())
        ++(m.pls_code < 128 ? rows : s2x)[std::string(m.name.substr(0, m.name.find('_')))];
    const std::map<std::string, unsigned> of_s2{
        {"qpsk", 21}, {"8psk", 11}, {"16apsk", 11}, {"32apsk", 9}};
    const std::map<std::string, unsigned> of_s2x{{"qpsk", 9},    {"8psk", 7},   {"8apsk", 2},
                                                 {"16apsk", 18}, {"32apsk", 6}, {"64apsk", 5},
                                                 {"128apsk", 2}, {"256apsk", 6}};
    BOOST_TEST((rows == of_s2));
    BOOST_TEST((s2x == of_s2x));
}

namespace {

unsigned bits_of(std::string_view name)
{
    if (name.starts_with("qpsk"))
        return 2;
    unsigned points = 0, bits = 0;
    while (std::isdigit(name[0])) {
        points = 10 * points + unsigned(name[0] - '0');
        name.remove_prefix(1);
    }
    while (1u << bits < points)
        ++bits;
    return bits;
}

} // namespace

BOOST_AUTO_TEST_CASE(every_row_agrees_with_itself)
{
    std::set<int> pls_codes;
    std::set<std::pair<std::string_view, FrameSize>> names;
    for (const Modcod& m : modcods()) {
        BOOST_TEST_CONTEXT(m.name << " " << to_string(m.frame_size))
        {
            BOOST_TEST(m.n_ldpc == (m.frame_size == FrameSize::kNormal ? 64800u : 16200u));
            const unsigned bits = bits_of(m.name);
            BOOST_TEST(m.bits_per_symbol == bits);
            BOOST_TEST(m.fecframe_symbols() * bits >= m.n_ldpc);
            BOOST_TEST((m.fecframe_symbols() - 1) * bits < m.n_ldpc);
            // Only 128APSK does not fill its slots.
            BOOST_TEST(m.xfecframe_symbols() - m.fecframe_symbols() == (bits == 7 ? 12u : 0u));
            BOOST_TEST(m.interleaver.size() == (bits == 2 ? 0u : bits));
            BOOST_TEST(m.k_bch % 8 == 0u);
            BOOST_TEST((m.k_bch < m.n_bch && m.n_bch < m.n_ldpc));
            const auto size = "_" + std::string(to_string(m.frame_size)) + "_";
            BOOST_TEST(m.fec_code.find(size) != std::string::npos);
            BOOST_TEST((m.pls_code >= 128 || m.fec_code.starts_with("s2_")));
            BOOST_TEST(m.data_field_bytes() == (m.k_bch - 80) / 8);
            BOOST_TEST(m.pls_code % 2 == 0);
            BOOST_TEST(pls_codes.insert(m.pls_code).second);
            BOOST_TEST(names.emplace(m.name, m.frame_size).second);
        }
    }
}

BOOST_AUTO_TEST_CASE(pls_codes_are_those_of_the_standard)
{
    BOOST_TEST(int(find_modcod("qpsk_1-2", FrameSize::kNormal).pls_code) == 4 << 2);
    BOOST_TEST(int(find_modcod("qpsk_1-2", FrameSize::kShort).pls_code) == (4 << 2 | 2));
    BOOST_TEST(int(find_modcod("8psk_3-5", FrameSize::kShort).pls_code) == (12 << 2 | 2));
    BOOST_TEST(find_modcod("8psk_3-5", FrameSize::kShort).interleaver == "210");
    BOOST_TEST(find_modcod("8psk_9-10", FrameSize::kNormal).interleaver == "012");
    BOOST_TEST(int(find_modcod("16apsk_2-3", FrameSize::kNormal).pls_code) == 18 << 2);
    BOOST_TEST(int(find_modcod("32apsk_8-9", FrameSize::kShort).pls_code) == (27 << 2 | 2));
    BOOST_TEST(int(find_modcod("8apsk_5-9-l", FrameSize::kNormal).pls_code) == 138);
    BOOST_TEST(int(find_modcod("256apsk_3-4", FrameSize::kNormal).pls_code) == 214);
    BOOST_TEST(int(find_modcod("qpsk_11-45", FrameSize::kShort).pls_code) == 216);
}

BOOST_AUTO_TEST_CASE(every_pls_code_finds_its_row_with_and_without_pilots_and_no_other_does)
{
    size_t found = 0;
    for (unsigned code = 0; code < 256; ++code) {
        const Modcod* modcod = modcod_of_pls_code(uint8_t(code));
        if (modcod == nullptr)
            continue;
        ++found;
        BOOST_TEST(unsigned(modcod->pls_code) == (code & ~1u));
    }
    BOOST_TEST(found == 2 * modcods().size());
    BOOST_TEST(modcod_of_pls_code(0) == nullptr);       // dummy PLFRAME
    BOOST_TEST(modcod_of_pls_code(29 << 2) == nullptr); // reserved
    BOOST_TEST(modcod_of_pls_code(128) == nullptr);     // reserved; 129 and 131 are VL-SNR's
    BOOST_TEST(modcod_of_pls_code(176) == nullptr);     // reserved
}

BOOST_AUTO_TEST_CASE(ideal_es_n0_is_given_for_normal_frames_and_unknown_for_short_ones)
{
    BOOST_TEST(find_modcod("qpsk_1-2", FrameSize::kNormal).ideal_esn0_db == 1.0);
    for (const Modcod& m : modcods())
        BOOST_TEST(std::isnan(m.ideal_esn0_db) == (m.frame_size == FrameSize::kShort));
}

BOOST_AUTO_TEST_CASE(an_unknown_name_is_refused_with_the_allowed_ones)
{
    const auto names_the_rest = [](const std::invalid_argument& e) {
        const std::string what = e.what();
        return what.find("qpsk_9-10") == std::string::npos && // not for short frames
               what.find("\"qpsk_7-8\"") != std::string::npos &&
               what.find("8psk_8-9") != std::string::npos;
    };
    BOOST_CHECK_EXCEPTION(find_modcod("qpsk_7-8", FrameSize::kShort), std::invalid_argument,
                          names_the_rest);
    BOOST_CHECK_THROW(find_modcod("qpsk_9-10", FrameSize::kShort), std::invalid_argument);
    BOOST_CHECK_THROW(find_modcod("qpsk_1-2", FrameSize::kMedium), std::invalid_argument);
    BOOST_CHECK_THROW(find_modcod("", FrameSize::kNormal), std::invalid_argument);
}
