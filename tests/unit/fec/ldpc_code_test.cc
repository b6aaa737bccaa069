#include "depinsat/fec/ldpc_code.h"

#include "depinsat/fec/bch_code.h"

#include <boost/test/unit_test.hpp>

#include <stdexcept>
#include <string>

using namespace depinsat::fec;

BOOST_AUTO_TEST_CASE(all_codes_of_s2_and_s2x_are_there)
{
    BOOST_TEST(ldpc_codes().size() == 55u);
    size_t normal = 0, medium = 0, s2 = 0;
    for (const LdpcCode& code : ldpc_codes()) {
        normal += code.n == 64800 ? 1 : 0;
        medium += code.n == 32400 ? 1 : 0;
        s2 += code.name.starts_with("s2_") ? 1 : 0;
    }
    BOOST_TEST(normal == 35u);
    BOOST_TEST(medium == 3u);
    BOOST_TEST(s2 == 21u);
}

BOOST_AUTO_TEST_CASE(sizes_agree_and_every_address_is_a_parity_bit)
{
    for (const LdpcCode& code : ldpc_codes()) {
        BOOST_TEST_CONTEXT(code.name)
        {
            BOOST_TEST(code.k == kLdpcGroup * code.rows.size());
            BOOST_TEST(code.n - code.k == kLdpcGroup * code.q);
            for (const auto row : code.rows)
                for (const unsigned address : row)
                    BOOST_TEST(address < code.n - code.k);
        }
    }
}

BOOST_AUTO_TEST_CASE(each_ldpc_code_has_its_bch_code)
{
    BOOST_TEST(bch_codes().size() == ldpc_codes().size());
    for (const LdpcCode& code : ldpc_codes()) {
        const BchCode& bch = find_bch_code(code.name);
        const unsigned shortened = code.name == "s2x_medium_1-5" ? 640 : 0;
        BOOST_TEST(bch.n == code.k - shortened);
        BOOST_TEST(bch.n - bch.k == bch.m * bch.t);
        BOOST_TEST(bch.m == (code.n == 64800 ? 16u : code.n == 32400 ? 15u : 14u));
    }
    BOOST_TEST(find_bch_code("s2_normal_9-10").t == 8u);
    BOOST_TEST(find_bch_code("s2_normal_5-6").t == 10u);
    BOOST_TEST(find_bch_code("s2_short_8-9").t == 12u);
}

BOOST_AUTO_TEST_CASE(numbers_printed_in_annex_b_are_there)
{
    const LdpcCode& code = find_ldpc_code("s2_normal_1-2");
    BOOST_TEST(code.q == 90u);
    const std::vector<uint16_t> first{54, 9318, 14392, 27561, 26909, 10219, 2534, 8597};
    BOOST_TEST(std::vector(code.rows[0].begin(), code.rows[0].end()) == first,
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(an_unknown_name_is_refused_with_the_allowed_ones)
{
    const auto names_all = [](const std::invalid_argument& e) {
        const std::string what = e.what();
        return what.find("\"s2_normal_7-8\"") != std::string::npos &&
               what.find("s2_normal_1-2") != std::string::npos &&
               what.find("s2_short_8-9") != std::string::npos;
    };
    BOOST_CHECK_EXCEPTION(find_ldpc_code("s2_normal_7-8"), std::invalid_argument, names_all);
    BOOST_CHECK_EXCEPTION(find_bch_code("s2_normal_7-8"), std::invalid_argument, names_all);
}
