#include "ports/sample_port.h"

#include "ports/cbor_map.h"

#include <boost/test/unit_test.hpp>

#include <random>

using namespace depinsat;
using namespace depinsat::ports;
using nlohmann::json;

namespace {

constexpr double kRate = 1e6;

const std::vector<Sample> kSamples{{1, -1}, {0.5f, 0.25f}, {-3, 2}};

auto from_station(const std::vector<uint8_t>& map, std::span<const Sample> samples = {})
{
    return decode_from_station(map, as_body(samples));
}

auto from_satellite(const std::vector<uint8_t>& map, std::span<const Sample> samples = {})
{
    return decode_from_satellite(map, as_body(samples));
}

std::vector<uint8_t>
changed(const std::vector<uint8_t>& map, const char* key, const json& value)
{
    json decoded = *decode_map(map);
    decoded[key] = value;
    return json::to_cbor(decoded);
}

const std::vector<std::vector<uint8_t>> kStationMaps{
    encode_map(Hello{"user", kRate}),
    encode_map(DownlinkCredit{5}),
    encode_map(SamplesHeader{77, kRate}),
};

} // namespace

BOOST_AUTO_TEST_CASE(what_a_station_sends_comes_back)
{
    const auto hello = std::get<Hello>(*from_station(kStationMaps[0]));
    BOOST_TEST(hello.station == "user");
    BOOST_TEST(hello.sample_rate_hz == kRate);
    BOOST_TEST(std::get<DownlinkCredit>(*from_station(kStationMaps[1])).samples == 5u);

    const auto decoded = from_station(kStationMaps[2], kSamples);
    const auto& samples = std::get<Samples>(*decoded);
    BOOST_TEST(samples.first_sample == 77u);
    BOOST_REQUIRE(samples.count() == 3u);
    std::vector<Sample> copied(2);
    samples.copy(1, copied);
    BOOST_TEST((copied == std::vector<Sample>(kSamples.begin() + 1, kSamples.end())));
    samples.copy(3, {});
}

BOOST_AUTO_TEST_CASE(what_the_satellite_sends_comes_back)
{
    const auto credit = std::get<UplinkCredit>(*from_satellite(encode_map(UplinkCredit{8, 9})));
    BOOST_TEST(credit.first_sample == 8u);
    BOOST_TEST(credit.samples == 9u);
    BOOST_TEST(std::get<Samples>(*from_satellite(kStationMaps[2], kSamples)).count() == 3u);
}

BOOST_AUTO_TEST_CASE(a_message_holds_at_most_5_ms)
{
    BOOST_TEST(max_message_samples(kRate) == 5000u);
    BOOST_TEST(max_outstanding_samples(kRate) == 20000u);
    BOOST_TEST(max_message_samples(1000.0) == 5u);
    const std::vector<Sample> most(5000), more(5001);
    BOOST_TEST(from_station(kStationMaps[2], most).has_value());
    BOOST_TEST(!from_station(kStationMaps[2], more));
    BOOST_TEST(!from_satellite(kStationMaps[2], more));
}

BOOST_AUTO_TEST_CASE(sizes_and_bodies_that_do_not_fit_are_refused)
{
    BOOST_TEST(!from_station(kStationMaps[2]));
    BOOST_TEST(!decode_from_station(kStationMaps[2], as_body(kSamples).first(7)));
    BOOST_TEST(!from_station(kStationMaps[0], kSamples));
    BOOST_TEST(!from_station(kStationMaps[1], kSamples));
    BOOST_TEST(!from_satellite(encode_map(UplinkCredit{8, 9}), kSamples));
}

BOOST_AUTO_TEST_CASE(fields_out_of_range_are_refused)
{
    for (const json& name :
         {json(""), json("User"), json("a b"), json(std::string(33, 'a')), json(3)})
        BOOST_TEST(!from_station(changed(kStationMaps[0], "station", name)));
    for (const json& rate :
         {json(999), json(1e9), json(NAN), json(INFINITY), json(-1e6), json("1")}) {
        BOOST_TEST(!from_station(changed(kStationMaps[0], "sample_rate_hz", rate)));
        BOOST_TEST(!from_station(changed(kStationMaps[2], "sample_rate_hz", rate), kSamples));
    }
    for (const json& count : {json(0), json(-1), json(1.5), json(UINT64_MAX), json(nullptr)})
        BOOST_TEST(!from_station(changed(kStationMaps[1], "samples", count)));
    BOOST_TEST(!from_station(changed(kStationMaps[2], "first_sample", UINT64_MAX), kSamples));
    BOOST_TEST(!from_station(changed(kStationMaps[0], "type", "goodbye")));
}

BOOST_AUTO_TEST_CASE(only_the_right_side_may_say_it)
{
    BOOST_TEST(!from_satellite(kStationMaps[0]));
    BOOST_TEST(!from_satellite(kStationMaps[1]));
}

BOOST_AUTO_TEST_CASE(any_bytes_are_survived)
{
    std::mt19937 rng(11);
    for (const auto& map : kStationMaps)
        for (int i = 0; i < 3000; ++i) {
            auto broken = map;
            for (unsigned flips = 1 + rng() % 3; flips > 0; --flips)
                broken[rng() % broken.size()] = uint8_t(rng());
            broken.resize(rng() % (broken.size() + 1));
            from_station(broken, kSamples);
            from_station(broken);
            from_satellite(broken, kSamples);
        }
}
