#include "bridge/beacon/body.h"

#include "beacon_bodies.h"

#include <boost/test/unit_test.hpp>

#include <random>

using namespace depinsat::bridge::beacon;
using depinsat::test::beacon_exchanges;

namespace {

Bytes packed(const std::string& text, Known& known, Keep keep = Keep::kYes)
{
    Writer out;
    write_body({Content::kJson, text}, known, keep, true, out);
    return out.take();
}

Body unpacked(std::span<const uint8_t> bytes, Known& known, Keep keep = Keep::kYes)
{
    Reader in(bytes);
    Body body;
    BOOST_REQUIRE(read_body(in, known, keep, body) == Unpacked::kDone);
    return body;
}

/// Bytes of `text` after it and what went before have passed both ends.
size_t bytes_of(const std::string& text, Known& near, Known& far)
{
    const Bytes bytes = packed(text, near);
    BOOST_TEST(unpacked(bytes, far).bytes == text);
    return bytes.size();
}

std::string request_of(const std::string& part, size_t number = 0)
{
    return beacon_exchanges(part).at(number).request;
}

} // namespace

BOOST_AUTO_TEST_CASE(every_body_of_the_capture_arrives_byte_for_byte)
{
    Known near, far;
    for (const auto& one : beacon_exchanges("")) {
        for (const std::string& text : {one.request, one.response}) {
            if (text.empty())
                continue;
            BOOST_TEST_CONTEXT(one.path)
            {
                bytes_of(text, near, far);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(an_attestation_whose_data_is_known_travels_in_about_104_bytes)
{
    Known near, far;
    const auto exchanges = beacon_exchanges("attestation_data?");
    const Json data = parse_json(exchanges[0].response)->at("data");
    near.add(data);
    far.add(data);
    BOOST_TEST(bytes_of(request_of("pool/attestations"), near, far) <= 115u);
    std::string signature = "0x"; // one does not compress
    std::mt19937_64 random(1);
    for (int i = 0; i < 192; ++i)
        signature += "0123456789abcdef"[random() % 16];
    Json today = Json::array();
    for (int i = 0; i < 8; ++i)
        today.push_back({{"committee_index", "5"},
                         {"attester_index", std::to_string(900'000 + i)},
                         {"data", data},
                         {"signature", signature}});
    BOOST_TEST(bytes_of(dump(Json::array({today[0]})), near, far) <= 116u);
    Writer all;
    pack(today, near, Keep::kNo, all);
    BOOST_TEST(all.size() <= 8u * 104 + 12);
}

BOOST_AUTO_TEST_CASE(an_aggregate_that_was_handed_out_travels_as_its_hash)
{
    Known near, far;
    bytes_of(beacon_exchanges("aggregate_attestation?")[0].response, near, far);
    BOOST_TEST(bytes_of(request_of("aggregate_and_proofs"), near, far) <= 220u);
    bytes_of(beacon_exchanges("sync_committee_contribution?")[0].response, near, far);
    BOOST_TEST(bytes_of(request_of("contribution_and_proofs"), near, far) <= 220u);
}

BOOST_AUTO_TEST_CASE(a_block_that_was_handed_out_travels_as_its_hash_and_a_signature)
{
    Known near, far;
    bytes_of(beacon_exchanges("validator/blocks/")[0].response, near, far);
    BOOST_TEST(bytes_of(request_of("beacon/blocks"), near, far) <= 120u);
}

BOOST_AUTO_TEST_CASE(proposer_duties_travel_in_little_more_than_their_keys)
{
    Known near, far;
    BOOST_TEST(bytes_of(beacon_exchanges("duties/proposer")[0].response, near, far) <=
               32u * 53 + 50);
}

BOOST_AUTO_TEST_CASE(what_differs_from_the_known_object_travels_whole)
{
    Known near, far;
    Json json = *parse_json(request_of("pool/attestations"));
    near.add(json[0]["data"]);
    far.add(json[0]["data"]);
    json[0]["data"]["source"]["epoch"] = "1";
    BOOST_TEST(bytes_of(dump(json), near, far) > 180u);
}

BOOST_AUTO_TEST_CASE(an_object_that_the_far_end_lacks_is_said_to_be_unknown)
{
    Known near, far;
    const Json json = *parse_json(request_of("pool/attestations"));
    near.add(json[0]["data"]);
    const Bytes bytes = packed(dump(json), near);
    Reader in(bytes);
    Body body;
    BOOST_TEST((read_body(in, far, Keep::kNo, body) == Unpacked::kUnknown));
    Writer whole;
    write_body({Content::kJson, dump(json)}, near, Keep::kNo, false, whole);
    BOOST_TEST(unpacked(whole.take(), far).bytes == dump(json));
}

BOOST_AUTO_TEST_CASE(other_texts_and_bytes_arrive_as_they_are)
{
    Known near, far;
    for (const char* text :
         {R"({"a":-1,"b":[1.5,true,false,null,18446744073709551615],"c":{"d":"","e":"00"}})",
          R"(["0X12","0xAB","0x1","0x",""])", R"("\u00e4\\\"")", "[]", "{}", "5"})
        BOOST_TEST(
            same(*parse_json(unpacked(packed(text, near), far).bytes), *parse_json(text)));
    BOOST_TEST(unpacked(packed("no json {", near), far).bytes == "no json {");
    const Body binary{Content::kBinary, std::string("\0\1\2", 3)};
    Writer out;
    write_body(binary, near, Keep::kNo, true, out);
    BOOST_TEST((unpacked(out.take(), far) == binary));
    Writer none;
    write_body({}, near, Keep::kNo, true, none);
    BOOST_TEST((unpacked(none.take(), far) == Body{}));
}

BOOST_AUTO_TEST_CASE(text_nested_too_deep_is_no_json)
{
    const auto nested = [](size_t depth) {
        return std::string(depth, '[') + std::string(depth, ']');
    };
    BOOST_TEST(parse_json(nested(kMaxJsonDepth)).has_value());
    BOOST_TEST(!parse_json(nested(kMaxJsonDepth + 2)));
    BOOST_TEST(!parse_json(nested(100'000)));
}

BOOST_AUTO_TEST_CASE(cut_and_changed_messages_are_refused_or_read_and_never_too_large)
{
    Known near, far;
    Bytes bytes = packed(beacon_exchanges("duties/attester")[0].response, near);
    std::mt19937_64 random(7);
    for (int i = 0; i < 2000; ++i) {
        Bytes changed(bytes.begin(), bytes.begin() + long(random() % (bytes.size() + 1)));
        for (int n = 0; n < 3 && !changed.empty(); ++n)
            changed[random() % changed.size()] = uint8_t(random());
        Reader in(changed);
        Body body;
        read_body(in, far, Keep::kNo, body);
        BOOST_TEST(body.bytes.size() <= 4 * kMaxBodyBytes);
    }
}

BOOST_AUTO_TEST_CASE(the_objects_used_longest_ago_make_room)
{
    Known known;
    const auto object = [](size_t i) {
        return Json{{"slot", std::to_string(i)},
                    {"index", "0"},
                    {"beacon_block_root", "0x"},
                    {"source", "0x"},
                    {"target", "0x"}};
    };
    for (size_t i = 0; i <= Known::kMaxObjects; ++i)
        known.add(object(i));
    BOOST_TEST(known.size() == Known::kMaxObjects);
    BOOST_TEST(!known.hash_of(object(0)));
    BOOST_TEST(known.hash_of(object(1)).has_value());
}
