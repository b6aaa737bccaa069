#include "bridge/messages.h"

#include <boost/test/unit_test.hpp>

using namespace depinsat::bridge;

BOOST_AUTO_TEST_CASE(a_request_comes_back)
{
    const auto bytes = encode(Request{0x01020304, 10000, "{}"});
    const std::vector<uint8_t> expected{1, 2, 3, 4, 0x03, 0xE8, '{', '}'};
    BOOST_TEST(bytes == expected);
    const auto request = decode_request(bytes);
    BOOST_REQUIRE(request);
    BOOST_TEST(request->id == 0x01020304u);
    BOOST_TEST(request->timeout_ms == 10000u);
    BOOST_TEST(request->body == "{}");
}

BOOST_AUTO_TEST_CASE(an_answer_comes_back)
{
    const auto answer = decode_answer(encode(Answer{~0u, std::string("\0x", 2)}));
    BOOST_REQUIRE(answer);
    BOOST_TEST(answer->id == ~0u);
    BOOST_TEST(answer->body == std::string("\0x", 2));
}

BOOST_AUTO_TEST_CASE(bodies_may_be_empty_and_headers_not_short)
{
    for (size_t size = 0; size < 20; ++size) {
        const std::vector<uint8_t> bytes(size);
        BOOST_TEST(decode_request(bytes).has_value() == (size >= kRequestHeaderBytes));
        BOOST_TEST(decode_answer(bytes).has_value() == (size >= kAnswerHeaderBytes));
    }
}
