#include "bridge/ethereum/packed_json.h"

#include <boost/test/unit_test.hpp>

#include <random>

using namespace depinsat::bridge::ethereum;
using depinsat::bridge::to_dense;

BOOST_AUTO_TEST_CASE(every_text_comes_back_as_it_was)
{
    for (const std::string text :
         {R"({"method":"eth_chainId","params":[]})", R"([20.0,1e300,-1,18446744073709551615])",
          R"(["0x","0x0","0x1","0x00","0x01","0xa0","0x0a","0xAb","0xabc","0x0abc","0xg1"])",
          R"({"b":1,"a":{"z":null,"y":[true,false]}})", R"("é\"\\\n")", R"({"a":1,"a":2})",
          R"({"a" : 1})", "1.0", "123456789012345678901234567890", "", "{", "\xff\xfe"}) {
        const auto back = unpack_json(pack_json(text));
        BOOST_REQUIRE(back.has_value());
        BOOST_TEST(*back == text);
    }
}

BOOST_AUTO_TEST_CASE(calls_take_few_bytes)
{
    const std::string estimate =
        R"({"method":"eth_estimateGas","params":[{"from":"0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266",)"
        R"("to":"0x70997970c51812dc3a010c7d01b50e0d17dc79c8","maxFeePerGas":"0x77359401",)"
        R"("maxPriorityFeePerGas":"0x1","value":"0xde0b6b3a7640000","input":"0x","data":"0x",)"
        R"("nonce":"0x0","chainId":"0x1"},"pending"]})";
    BOOST_TEST(pack_json(estimate).size() < 90u);
    BOOST_TEST(pack_json(R"({"method":"eth_blockNumber","params":[]})").size() < 20u);
}

BOOST_AUTO_TEST_CASE(what_the_other_end_has_already_costs_little)
{
    std::mt19937 random(2);
    Bytes bytes(300);
    for (auto& byte : bytes)
        byte = uint8_t(random());
    const std::string text = R"({"result":")" + to_hex(bytes) + "\"}";
    const Bytes context = to_dense(Json::parse(text));
    const Bytes packed = pack_json(text, context);
    BOOST_TEST(packed.size() < 30u);
    BOOST_TEST(unpack_json(packed, context).value() == text);
    BOOST_TEST(pack_json(text).size() > 300u);
}

BOOST_AUTO_TEST_CASE(anything_may_come_over_the_link)
{
    std::mt19937 random(3);
    BOOST_TEST(!unpack_json({}).has_value());
    BOOST_TEST(!unpack_json(Bytes{77, 1, 2}).has_value());
    const Bytes good =
        pack_json(R"({"method":"eth_getBalance","params":["0xabcdef","latest"]})");
    for (int i = 0; i < 2000; ++i) {
        Bytes bad = good;
        for (int k = 0; k < 3; ++k)
            bad[random() % bad.size()] = uint8_t(random());
        bad.resize(1 + random() % bad.size());
        unpack_json(bad); // ends, and gives a text or none
    }
    for (size_t size = 1; size < good.size(); ++size)
        if (const auto text = unpack_json(std::span(good).first(size)))
            BOOST_TEST(*text == "");
}
