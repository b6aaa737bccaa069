#include "gr-depinsat/lib/sample_port_client.h"

#include <boost/test/unit_test.hpp>

#include <stdexcept>
#include <string>
#include <unistd.h>

using namespace depinsat;
using namespace std::chrono_literals;
using blocks::DownlinkClient;
using blocks::UplinkClient;

namespace {

std::string endpoint()
{
    static int count = 0;
    return "ipc:///tmp/depinsat-samples-" + std::to_string(getpid()) + "-" +
           std::to_string(count++);
}

constexpr double kRate = 100e3; // 500 samples a message, 2000 outstanding

/// One socket of the satellite.
struct Satellite {
    explicit Satellite(const std::string& endpoint) : socket(context, zmq::socket_type::router)
    {
        socket.set(zmq::sockopt::linger, 0);
        socket.bind(endpoint);
    }

    bool receive(std::chrono::milliseconds wait = 5s)
    {
        socket.set(zmq::sockopt::rcvtimeo, int(wait.count()));
        return socket.recv(peer) && socket.recv(map) && socket.recv(body);
    }
    auto message()
    {
        const auto decoded = ports::decode_from_station({map.data<uint8_t>(), map.size()},
                                                        {body.data<uint8_t>(), body.size()});
        BOOST_REQUIRE(decoded.has_value());
        return *decoded;
    }
    void send(const std::vector<uint8_t>& head, std::span<const Sample> samples = {})
    {
        socket.send(zmq::buffer(peer.data(), peer.size()), zmq::send_flags::sndmore);
        socket.send(zmq::buffer(head), zmq::send_flags::sndmore);
        socket.send(zmq::buffer(samples.data(), samples.size_bytes()), zmq::send_flags::none);
    }
    void send_samples(uint64_t first, size_t count)
    {
        std::vector<Sample> samples(count);
        for (size_t i = 0; i < count; ++i)
            samples[i] = {float(first + i), 1};
        send(encode_map(ports::SamplesHeader{first, kRate}), samples);
    }
    zmq::context_t context;
    zmq::socket_t socket;
    zmq::message_t peer, map, body;
};

template <class Message, class Step>
Message wait_for(Satellite& satellite, Step step)
{
    for (int i = 0; i < 500; ++i) {
        step();
        if (!satellite.receive(10ms))
            continue;
        const auto message = satellite.message();
        if (const auto* wanted = std::get_if<Message>(&message))
            return *wanted;
    }
    BOOST_FAIL("no such message came");
    return {};
}

/// Everything that comes within the given number of waits.
size_t drain(DownlinkClient& client,
             std::vector<Sample>& all,
             std::vector<uint64_t>& times,
             size_t wanted)
{
    std::vector<Sample> out(333);
    for (int i = 0; i < 500 && all.size() < wanted; ++i) {
        const auto piece = client.receive(out, 10ms);
        if (piece.new_time)
            times.push_back(*piece.new_time);
        all.insert(all.end(), out.begin(), out.begin() + piece.count);
    }
    return all.size();
}

} // namespace

BOOST_AUTO_TEST_CASE(samples_go_up_only_as_granted)
{
    const auto where = endpoint();
    Satellite satellite(where);
    UplinkClient client({where, "user", kRate});
    const std::vector<Sample> samples(3000, Sample(1, -1));
    const auto hello = wait_for<ports::Hello>(satellite, [&] { client.send(samples, 0us); });
    BOOST_TEST(hello.station == "user");
    BOOST_TEST(hello.sample_rate_hz == kRate);
    BOOST_TEST(client.send(samples, 1ms) == 0);

    satellite.send(encode_map(ports::UplinkCredit{10'000, 700}));
    BOOST_TEST(client.send(samples, 5s) == 700);
    for (const auto& [first, count] : {std::pair(10'000, 500), std::pair(10'500, 200)}) {
        const auto sent = wait_for<ports::Samples>(satellite, [] {});
        BOOST_TEST(sent.first_sample == uint64_t(first));
        BOOST_TEST(satellite.body.size() == size_t(count) * sizeof(Sample));
    }
    BOOST_TEST(client.send(samples, 1ms) == 0);
}

BOOST_AUTO_TEST_CASE(a_jump_of_the_clock_voids_what_was_granted)
{
    const auto where = endpoint();
    Satellite satellite(where);
    UplinkClient client({where, "user", kRate});
    const std::vector<Sample> samples(100, Sample(1, -1));
    wait_for<ports::Hello>(satellite, [&] { client.send(samples, 0us); });
    satellite.send(encode_map(ports::UplinkCredit{0, 400}));
    satellite.send(encode_map(ports::UplinkCredit{5000, 400}));
    for (int i = 0; i < 500 && client.missed() == 0; ++i)
        client.send({}, 10ms);
    BOOST_TEST(client.missed() == 400);
    BOOST_TEST(client.send(samples, 5s) == 100);
    BOOST_TEST(wait_for<ports::Samples>(satellite, [] {}).first_sample == 5000);
}

BOOST_AUTO_TEST_CASE(samples_come_down_whole_and_credit_is_given_back)
{
    const auto where = endpoint();
    Satellite satellite(where);
    DownlinkClient client({where, "user", kRate});
    std::vector<Sample> out(100);
    const auto credit =
        wait_for<ports::DownlinkCredit>(satellite, [&] { client.receive(out, 0us); });
    BOOST_TEST(credit.samples == 2000);

    std::vector<Sample> all;
    std::vector<uint64_t> times;
    satellite.send_samples(777, 500);
    satellite.send_samples(1277, 500);
    BOOST_REQUIRE_EQUAL(drain(client, all, times, 1000), 1000);
    for (size_t i = 0; i < all.size(); ++i)
        BOOST_REQUIRE_EQUAL(all[i], Sample(float(777 + i), 1));
    BOOST_TEST(times == std::vector<uint64_t>{777}, boost::test_tools::per_element());
    BOOST_TEST(client.lost() == 0);
    BOOST_TEST(wait_for<ports::DownlinkCredit>(satellite, [] {}).samples == 500);
}

BOOST_AUTO_TEST_CASE(short_gaps_are_zeros_and_long_ones_are_not_filled)
{
    const auto where = endpoint();
    Satellite satellite(where);
    DownlinkClient client({where, "user", kRate});
    std::vector<Sample> out(100), all;
    std::vector<uint64_t> times;
    wait_for<ports::Hello>(satellite, [&] { client.receive(out, 0us); });

    satellite.send_samples(0, 10);
    satellite.send_samples(1010, 10);    // a gap of 10 ms
    satellite.send_samples(500'000, 10); // of 5 s
    satellite.send_samples(3, 10);       // the clock begins again
    BOOST_REQUIRE_EQUAL(drain(client, all, times, 1040), 1040);
    BOOST_TEST(all[9] == Sample(9, 1));
    BOOST_TEST(all[10] == Sample(0, 0));
    BOOST_TEST(all[1009] == Sample(0, 0));
    BOOST_TEST(all[1010] == Sample(1010, 1));
    BOOST_TEST(all[1020] == Sample(500'000, 1));
    BOOST_TEST(all[1030] == Sample(3, 1));
    BOOST_TEST(times == (std::vector<uint64_t>{0, 1010, 500'000, 3}),
               boost::test_tools::per_element());
    BOOST_TEST(client.lost() == 1000 + 498'980);
}

BOOST_AUTO_TEST_CASE(a_satellite_that_restarts_gets_a_new_grant)
{
    const auto where = endpoint();
    DownlinkClient client({where, "user", kRate});
    std::vector<Sample> out(100);
    for (int i = 0; i < 2; ++i) {
        Satellite satellite(where);
        const auto credit =
            wait_for<ports::DownlinkCredit>(satellite, [&] { client.receive(out, 0us); });
        BOOST_TEST(credit.samples == 2000);
    }
}

BOOST_AUTO_TEST_CASE(nonsense_from_the_satellite_is_passed_over)
{
    const auto where = endpoint();
    Satellite satellite(where);
    DownlinkClient client({where, "user", kRate});
    std::vector<Sample> out(100), all;
    std::vector<uint64_t> times;
    wait_for<ports::Hello>(satellite, [&] { client.receive(out, 0us); });
    satellite.send({1, 2, 3});
    satellite.send(encode_map(ports::SamplesHeader{0, 2 * kRate}),
                   std::vector<Sample>(10)); // another rate
    satellite.send_samples(0, 10);
    BOOST_TEST(drain(client, all, times, 10) == 10);
}

BOOST_AUTO_TEST_CASE(wrong_configuration_is_refused_by_key)
{
    const auto names = [](const char* key) {
        return [key](const std::invalid_argument& e) {
            return std::string(e.what()).starts_with(key);
        };
    };
    BOOST_CHECK_EXCEPTION(UplinkClient({endpoint(), "User", kRate}), std::invalid_argument,
                          names("station"));
    BOOST_CHECK_EXCEPTION(UplinkClient({endpoint(), "", kRate}), std::invalid_argument,
                          names("station"));
    BOOST_CHECK_EXCEPTION(UplinkClient({endpoint(), "user", 10}), std::invalid_argument,
                          names("sample_rate_hz"));
    BOOST_CHECK_EXCEPTION(UplinkClient({"nonsense", "user", kRate}), std::invalid_argument,
                          names("uplink_endpoint"));
    BOOST_CHECK_EXCEPTION(DownlinkClient({"nonsense", "user", kRate}), std::invalid_argument,
                          names("downlink_endpoint"));
}
