#include "depinsat/framing/modcod.h"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <map>
#include <set>
#include <stdexcept>
#include <string>

using namespace depinsat::framing;

BOOST_AUTO_TEST_CASE(the_rows_are_all_of_s2_in_both_frame_sizes)
{
    BOOST_TEST(modcods().size() == 52u); // tables 11 and 12: 28 normal, 24 short
    std::map<std::string, unsigned> rows;
    for (const Modcod& m : modcods())
        ++rows[std::string(m.name.substr(0, m.name.find('_')))];
    BOOST_TEST(rows["qpsk"] == 21u);
    BOOST_TEST(rows["8psk"] == 11u);
    BOOST_TEST(rows["16apsk"] == 11u);
    BOOST_TEST(rows["32apsk"] == 9u);
}

namespace {

unsigned bits_of(std::string_view name)
{
    return name.starts_with("qpsk") ? 2 : name.starts_with("8psk") ? 3 : name[0] == '1' ? 4 : 5;
}

} // namespace

BOOST_AUTO_TEST_CASE(every_row_agrees_with_itself)
{
    std::set<int> pls_codes;
    for (const Modcod& m : modcods()) {
        BOOST_TEST_CONTEXT(m.name << " " << to_string(m.frame_size))
        {
            BOOST_TEST(m.n_ldpc == (m.frame_size == FrameSize::kNormal ? 64800u : 16200u));
            BOOST_TEST(m.slots * 90 * m.bits_per_symbol == m.n_ldpc);
            const unsigned bits = bits_of(m.name);
            BOOST_TEST(m.bits_per_symbol == bits);
            BOOST_TEST(m.interleaver.size() == (bits == 2 ? 0u : bits));
            BOOST_TEST(m.k_bch % 8 == 0u);
            BOOST_TEST((m.k_bch < m.n_bch && m.n_bch < m.n_ldpc));
            BOOST_TEST(m.fec_code.starts_with("s2_" + std::string(to_string(m.frame_size))));
            BOOST_TEST(m.data_field_bytes() == (m.k_bch - 80) / 8);
            BOOST_TEST(m.pls_code % 2 == 0);
            BOOST_TEST(pls_codes.insert(m.pls_code).second);
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
