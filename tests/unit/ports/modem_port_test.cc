#include "ports/modem_port.h"

#include "ports/cbor_map.h"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <limits>
#include <random>

using namespace depinsat;
using namespace depinsat::ports;
using nlohmann::json;

namespace {

const FrameFormat kFormat{"8psk_3-4", framing::FrameSize::kNormal, false, 255};

Answer answer()
{
    return {7, false, kFormat, framing::StreamType::kGseHem, {1, 2, 3}};
}

RxFrame rx_frame()
{
    return {9, kFormat, 4.5, -1200.25, 11, 3, 1.7e9, FrameFailure::kNone, {5, 6}};
}

Telemetry telemetry()
{
    return {true,       9.5,
            100,        -2.5,
            "qpsk_1-2", {1, 2, 3, 4, 5, 6, 7},
            1.7e9,      {{1, -1}, {0.5f, 0.25f}},
            true,       8};
}

/// Decodes with every decoder; the sanitizers watch.
int decode_all(std::span<const uint8_t> map, std::span<const uint8_t> body)
{
    return int(decode_from_modem(map, body).has_value()) +
           int(decode_answer(map, body).has_value()) +
           int(decode_rx_frame(map, body).has_value()) +
           int(decode_telemetry(map, body).has_value());
}

std::vector<uint8_t> changed(const Parts& parts, const char* key, const json& value)
{
    json map = *decode_map(parts.map);
    map[key] = value;
    return json::to_cbor(map);
}

std::vector<uint8_t> without(const Parts& parts, const std::string& key)
{
    json map = *decode_map(parts.map);
    map.erase(key);
    return json::to_cbor(map);
}

} // namespace

BOOST_AUTO_TEST_CASE(an_ask_comes_back)
{
    const Parts parts = encode(Ask{1ull << 63, 12.125, 33000, {}});
    const auto message = decode_from_modem(parts.map, parts.body);
    BOOST_REQUIRE(message);
    const Ask ask = std::get<Ask>(*message);
    BOOST_TEST(ask.sequence == 1ull << 63);
    BOOST_TEST(ask.needed_at == 12.125);
    BOOST_TEST(ask.max_airtime_us == 33000u);
    BOOST_TEST(!ask.sent_at.has_value());
    const Parts dated = encode(Ask{1, 12.125, 33000, 12.0});
    const auto same = std::get<Ask>(*decode_from_modem(dated.map, dated.body));
    BOOST_TEST(same.sent_at.value() == 12.0);
}

BOOST_AUTO_TEST_CASE(what_an_answer_says_of_its_stream_comes_back)
{
    Answer sent = answer();
    sent.flags = {false, false, true, true, 1504, 568, 0x47};
    const Parts parts = encode(sent);
    const auto received = decode_answer(parts.map, parts.body);
    BOOST_REQUIRE(received);
    BOOST_TEST((received->flags == sent.flags));

    RxFrame frame = rx_frame();
    frame.stream_type = framing::StreamType::kTransport;
    frame.flags = sent.flags;
    const Parts more = encode(frame);
    const auto same = decode_rx_frame(more.map, more.body);
    BOOST_REQUIRE(same);
    BOOST_TEST((same->flags == sent.flags));
    BOOST_TEST((same->stream_type == framing::StreamType::kTransport));
}

BOOST_AUTO_TEST_CASE(without_flags_a_stream_is_single_and_ccm)
{
    Parts parts = encode(answer());
    for (const char* key : {"ccm", "single_stream"})
        parts.map = without(parts, key);
    const auto received = decode_answer(parts.map, parts.body);
    BOOST_REQUIRE(received);
    BOOST_TEST((received->flags == StreamFlags{}));
    for (const auto& [key, value] :
         {std::pair<const char*, json>{"ccm", 1}, {"upl_bits", 65536}, {"sync", 256}})
        BOOST_TEST(!decode_answer(changed(parts, key, value), parts.body));
}

BOOST_AUTO_TEST_CASE(a_report_of_each_outcome_comes_back)
{
    for (const auto outcome : {SendOutcome::kSent, SendOutcome::kLate, SendOutcome::kIdle}) {
        const Parts parts = encode(Report{4, outcome});
        const auto message = decode_from_modem(parts.map, parts.body);
        BOOST_REQUIRE(message);
        BOOST_TEST(std::get<Report>(*message).sequence == 4u);
        BOOST_TEST(int(std::get<Report>(*message).outcome) == int(outcome));
    }
}

BOOST_AUTO_TEST_CASE(an_answer_comes_back)
{
    const Parts parts = encode(answer());
    const auto message = decode_answer(parts.map, parts.body);
    BOOST_REQUIRE(message);
    BOOST_TEST(message->sequence == 7u);
    BOOST_TEST(!message->idle);
    BOOST_TEST((message->format == kFormat));
    BOOST_TEST((message->stream_type == framing::StreamType::kGseHem));
    BOOST_TEST(message->data_field == answer().data_field);
}

BOOST_AUTO_TEST_CASE(syncd_of_gse_hem_comes_back_though_it_has_no_upl)
{
    Answer sent = answer();
    sent.flags.syncd = 8 * 100;
    const Parts parts = encode(sent);
    BOOST_TEST((decode_answer(parts.map, parts.body).value().flags == sent.flags));
}

BOOST_AUTO_TEST_CASE(an_answer_is_idle_or_has_a_data_field)
{
    const Parts parts = encode(answer());
    BOOST_TEST(!decode_answer(parts.map, {}).has_value());
    BOOST_TEST(!decode_answer(changed(parts, "idle", true), parts.body).has_value());
    BOOST_TEST(decode_answer(changed(parts, "idle", true), {}).has_value());
}

BOOST_AUTO_TEST_CASE(a_received_frame_comes_back)
{
    const Parts parts = encode(rx_frame());
    const auto frame = decode_rx_frame(parts.map, parts.body);
    BOOST_REQUIRE(frame);
    BOOST_TEST(frame->sequence == 9u);
    BOOST_TEST((frame->format == kFormat));
    BOOST_TEST(frame->snr_db == 4.5);
    BOOST_TEST(frame->cfo_hz == -1200.25);
    BOOST_TEST(frame->iterations == 11u);
    BOOST_TEST(frame->corrected == 3u);
    BOOST_TEST(frame->time == 1.7e9);
    BOOST_TEST((frame->failure == FrameFailure::kNone));
    BOOST_TEST(frame->data_field == rx_frame().data_field);
}

BOOST_AUTO_TEST_CASE(a_failed_frame_has_no_bytes)
{
    const Parts parts = encode(rx_frame());
    const auto failed = changed(parts, "failure", "ldpc");
    BOOST_TEST(!decode_rx_frame(failed, parts.body).has_value());
    BOOST_TEST(decode_rx_frame(failed, {}).has_value());
    BOOST_TEST(!decode_rx_frame(changed(parts, "failure", "luck"), {}).has_value());
}

BOOST_AUTO_TEST_CASE(telemetry_comes_back)
{
    const Parts parts = encode(telemetry());
    const auto message = decode_telemetry(parts.map, parts.body);
    BOOST_REQUIRE(message);
    BOOST_TEST(message->locked);
    BOOST_TEST(message->snr_db == 9.5);
    BOOST_TEST(message->symbol_rate_error_ppm == -2.5);
    BOOST_TEST(message->modcod == "qpsk_1-2");
    BOOST_TEST(message->frames.sent == 1u);
    BOOST_TEST(message->frames.dropped == 7u);
    BOOST_TEST(message->spectrum_inverted);
    BOOST_TEST(message->gaps == 8u);
    BOOST_TEST((message->constellation == telemetry().constellation));
}

BOOST_AUTO_TEST_CASE(telemetry_of_an_unlocked_modem_may_hold_nan)
{
    Telemetry unlocked = telemetry();
    unlocked.snr_db = std::numeric_limits<double>::quiet_NaN();
    const Parts parts = encode(unlocked);
    const auto message = decode_telemetry(parts.map, parts.body);
    BOOST_REQUIRE(message);
    BOOST_TEST(std::isnan(message->snr_db));
}

BOOST_AUTO_TEST_CASE(telemetry_of_an_older_modem_has_no_gaps)
{
    const Parts parts = encode(telemetry());
    const auto older = decode_telemetry(without(parts, "gaps"), parts.body);
    BOOST_REQUIRE(older);
    BOOST_TEST(older->gaps == 0u);
    for (const auto& [key, bad] :
         {std::pair{"gaps", json(-1)}, {"gaps", json(1.5)}, {"spectrum_inverted", json(1)}})
        BOOST_TEST(!decode_telemetry(changed(parts, key, bad), parts.body).has_value());
}

BOOST_AUTO_TEST_CASE(every_field_but_those_with_defaults_is_required)
{
    const auto optional = [](const std::string& key, const json& map) {
        return key == "ccm" || key == "single_stream" || key == "spectrum_inverted" ||
               key == "gaps" || (key == "stream_type" && !map.contains("type")); // of rx
    };
    for (const Parts& parts : {encode(Ask{1, 2, 3}), encode(Report{1, SendOutcome::kLate}),
                               encode(answer()), encode(rx_frame()), encode(telemetry())}) {
        BOOST_TEST(decode_all(parts.map, parts.body) == 1);
        const json map = *decode_map(parts.map);
        for (const auto& [key, value] : map.items())
            BOOST_TEST(decode_all(without(parts, key), parts.body) == optional(key, map),
                       "without " << key);
    }
}

BOOST_AUTO_TEST_CASE(fields_out_of_type_or_range_are_refused)
{
    const Parts ask = encode(Ask{1, 2, 3});
    for (const json& bad : {json(-1), json(1.0), json("1"), json(true)})
        BOOST_TEST(!decode_from_modem(changed(ask, "sequence", bad), {}).has_value());
    BOOST_TEST(!decode_from_modem(changed(ask, "max_airtime_us", 1ull << 32), {}).has_value());
    BOOST_TEST(!decode_from_modem(changed(ask, "needed_at", INFINITY), {}).has_value());
    BOOST_TEST(!decode_from_modem(changed(ask, "sent_at", INFINITY), {}).has_value());
    BOOST_TEST(!decode_from_modem(changed(ask, "sent_at", "now"), {}).has_value());
    BOOST_TEST(!decode_from_modem(changed(ask, "type", "question"), {}).has_value());
    const Parts frame = encode(rx_frame());
    BOOST_TEST(!decode_rx_frame(changed(frame, "isi", 256), frame.body).has_value());
    BOOST_TEST(!decode_rx_frame(changed(frame, "modcod", std::string(65, 'x')), frame.body)
                    .has_value());
}

BOOST_AUTO_TEST_CASE(unknown_keys_are_passed_over_and_integers_serve_as_floats)
{
    const Parts ask = encode(Ask{1, 2, 3});
    BOOST_TEST(decode_from_modem(changed(ask, "colour", "red"), {}).has_value());
    BOOST_TEST(decode_from_modem(changed(ask, "needed_at", 5), {}).has_value());
}

BOOST_AUTO_TEST_CASE(bodies_beyond_the_limit_are_refused)
{
    const Parts parts = encode(answer());
    const std::vector<uint8_t> longest(kMaxDataFieldBytes), longer(kMaxDataFieldBytes + 1);
    BOOST_TEST(decode_answer(parts.map, longest).has_value());
    BOOST_TEST(!decode_answer(parts.map, longer).has_value());
    const Parts measured = encode(telemetry());
    BOOST_TEST(!decode_telemetry(measured.map, std::vector<uint8_t>(7)).has_value());
    const std::vector<uint8_t> points((kMaxConstellationPoints + 1) * sizeof(Sample));
    BOOST_TEST(!decode_telemetry(measured.map, points).has_value());
}

BOOST_AUTO_TEST_CASE(maps_of_hostile_shape_are_refused)
{
    const std::vector<std::vector<uint8_t>> hostile{
        {},
        {0xf6},                                                 // null
        {0x80},                                                 // an array
        {0xbb, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe}, // 2^64 - 2 pairs
        {0xa1, 0x61, 'a', 0x9b, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, // long array
        {0xa1, 0x61, 'a', 0x5b, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, // long bytes
        {0xa2, 0x61, 'a', 0x01, 0x61, 'a', 0x02},                                // a key twice
        {0xa1, 0x01, 0x02}, // a key that is no text
        {0xa0, 0x00},       // more behind the map
        std::vector<uint8_t>(kMaxMapBytes + 1, 0xa0),
        std::vector<uint8_t>(kMaxMapBytes, 0x81), // deep arrays
    };
    for (const auto& bytes : hostile)
        BOOST_TEST(!decode_map(bytes).has_value());
    std::vector<uint8_t> deep;
    while (deep.size() < kMaxMapBytes - 3)
        deep.insert(deep.end(), {0xa1, 0x61, 'a'});
    BOOST_TEST(!decode_map(deep).has_value());
}

BOOST_AUTO_TEST_CASE(truncated_and_mutated_messages_do_no_harm)
{
    std::mt19937 random(1);
    const std::vector<Parts> good{encode(Ask{1, 2, 3}), encode(answer()), encode(rx_frame()),
                                  encode(telemetry())};
    for (const Parts& parts : good) {
        for (size_t size = 0; size < parts.map.size(); ++size)
            BOOST_TEST(decode_all(std::span(parts.map).first(size), parts.body) == 0);
        for (int round = 0; round < 5000; ++round) {
            auto map = parts.map;
            for (unsigned changes = 1 + random() % 4; changes > 0; --changes)
                map[random() % map.size()] = uint8_t(random());
            BOOST_TEST(decode_all(map, parts.body) <= 1);
        }
    }
}
