#include "bridge/beacon/news.h"

#include <boost/test/unit_test.hpp>

#include <random>

using namespace depinsat::bridge::beacon;

namespace {

struct Stream {
    std::mt19937_64 random{3};
    Root source = any(), target = any(), previous = any(), current = any(), block = any();

    Root any()
    {
        Root root;
        for (auto& byte : root)
            byte = uint8_t(random());
        return root;
    }

    News at(uint64_t slot, bool with_block)
    {
        if (with_block)
            block = any();
        if (slot % 32 == 0)
            target = block, previous = current, current = any();
        News news;
        if (with_block)
            news.head = Head{slot, block, any(), previous, current, slot % 32 == 0, false};
        news.attestation =
            AttestationData{slot, 0, block, {slot / 32 - 1, source}, {slot / 32, target}};
        return news;
    }
};

} // namespace

BOOST_AUTO_TEST_CASE(news_arrive_as_they_were_sent_whatever_is_lost)
{
    Stream stream;
    NewsEncoder encoder;
    NewsDecoder decoder;
    std::mt19937_64 random(5);
    for (uint64_t slot = 64; slot < 3000; ++slot) {
        const News news = stream.at(slot, slot == 64 || random() % 4 != 0);
        uint8_t number = 0;
        const Bytes bytes = encoder.encode(news, number);
        if (random() % 5 == 0)
            continue; // lost
        const auto read = decoder.decode(bytes, Chain());
        BOOST_REQUIRE(read);
        BOOST_TEST((*read == news));
        if (random() % 3 != 0)
            encoder.acknowledged(number);
    }
}

BOOST_AUTO_TEST_CASE(an_ordinary_head_takes_70_bytes_and_a_slot_without_a_block_5)
{
    Stream stream;
    NewsEncoder encoder;
    uint8_t number = 0;
    encoder.encode(stream.at(65, true), number);
    encoder.acknowledged(number);
    BOOST_TEST(encoder.encode(stream.at(66, true), number).size() == 69u);
    encoder.acknowledged(number);
    BOOST_TEST(encoder.encode(stream.at(67, false), number).size() == 5u);
}

BOOST_AUTO_TEST_CASE(a_base_that_is_long_ago_is_given_up)
{
    Stream stream;
    NewsEncoder encoder;
    NewsDecoder decoder;
    for (uint64_t slot = 65; slot < 700; ++slot) {
        const News news = stream.at(slot, true);
        uint8_t number = 0;
        const auto read = decoder.decode(encoder.encode(news, number), Chain());
        BOOST_REQUIRE(read);
        BOOST_TEST((*read == news));
        if (slot == 65)
            encoder.acknowledged(number);
    }
}

BOOST_AUTO_TEST_CASE(news_against_a_base_that_is_not_there_are_refused)
{
    Stream stream;
    NewsEncoder encoder;
    uint8_t number = 0;
    encoder.encode(stream.at(65, true), number);
    encoder.acknowledged(number);
    BOOST_TEST(!NewsDecoder().decode(encoder.encode(stream.at(66, true), number), Chain()));
}

BOOST_AUTO_TEST_CASE(cut_news_are_refused)
{
    Stream stream;
    uint8_t number = 0;
    const Bytes bytes = NewsEncoder().encode(stream.at(65, true), number);
    for (size_t size = 0; size < bytes.size(); ++size)
        BOOST_TEST(!NewsDecoder().decode(std::span(bytes).first(size), Chain()));
}

BOOST_AUTO_TEST_CASE(head_events_are_read_and_written_as_nodes_do)
{
    const Head head = *Stream().at(65, true).head;
    BOOST_TEST((*head_event(to_json(head)) == head));
    Json json = to_json(head);
    json.erase("state");
    BOOST_TEST(!head_event(json));
}
