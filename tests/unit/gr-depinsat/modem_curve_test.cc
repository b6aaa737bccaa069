#include "gr-depinsat/lib/modem_port_client.h"

#include <boost/test/unit_test.hpp>

#include <stdexcept>
#include <string>
#include <thread>

using namespace depinsat;
using namespace std::chrono_literals;
using blocks::ModemRxClient;
using blocks::ModemTxClient;

namespace {

ports::CurveKeyPair new_pair()
{
    char public_key[41], secret_key[41];
    BOOST_REQUIRE(zmq_curve_keypair(public_key, secret_key) == 0);
    return {*ports::from_z85(public_key), *ports::from_z85(secret_key)};
}

const ports::CurveKeyPair kDaemon = new_pair(), kModem = new_pair(), kStranger = new_pair();
const ports::Curve kOfDaemon{kDaemon, {kModem.public_key}},
    kOfModem{kModem, {kDaemon.public_key}};

zmq::socket_t socket_of(zmq::context_t& context, zmq::socket_type type)
{
    zmq::socket_t socket(context, type);
    socket.set(zmq::sockopt::linger, 0);
    socket.set(zmq::sockopt::rcvtimeo, 5000);
    return socket;
}

/// The daemon's end of one port.
struct Daemon {
    explicit Daemon(zmq::socket_type type)
        : socket(socket_of(context, type)), gate(context, kOfDaemon, {socket})
    {
        socket.bind("tcp://127.0.0.1:*");
        endpoint = socket.get(zmq::sockopt::last_endpoint);
    }

    zmq::context_t context;
    zmq::socket_t socket;
    ports::CurveGate gate;
    std::string endpoint;
};

std::string free_endpoint()
{
    zmq::context_t context;
    zmq::socket_t socket(context, zmq::socket_type::pull);
    socket.bind("tcp://127.0.0.1:*");
    return socket.get(zmq::sockopt::last_endpoint);
}

template <class Make>
std::string error_of(Make make)
{
    try {
        make();
    } catch (const std::invalid_argument& error) {
        return error.what();
    }
    return "no error";
}

} // namespace

BOOST_AUTO_TEST_CASE(asks_reach_the_daemon_under_curve)
{
    Daemon daemon(zmq::socket_type::router);
    ModemTxClient client({daemon.endpoint, 100ms, 100e3, 100'000, kOfModem});
    for (int i = 0; i < 500 && client.asks() == 0; ++i) {
        client.symbols_left(9000);
        std::this_thread::sleep_for(10ms);
    }
    zmq::message_t peer, map, body;
    BOOST_REQUIRE(daemon.socket.recv(peer) && daemon.socket.recv(map) &&
                  daemon.socket.recv(body));
    const auto message = ports::decode_from_modem({map.data<uint8_t>(), map.size()}, {});
    BOOST_REQUIRE(message.has_value());
    const auto ask = std::get<ports::Ask>(*message);
    BOOST_TEST(ask.needed_at - ask.sent_at.value() == 0.09, boost::test_tools::tolerance(1e-3));
    BOOST_TEST(daemon.gate.refused() == 0u);
}

BOOST_AUTO_TEST_CASE(a_daemon_of_another_key_gets_no_ask)
{
    Daemon daemon(zmq::socket_type::router);
    ModemTxClient client(
        {daemon.endpoint, 100ms, 100e3, 100'000, ports::Curve{kModem, {kStranger.public_key}}});
    for (int i = 0; i < 500 && daemon.gate.refused() == 0; ++i) {
        client.symbols_left(9000);
        std::this_thread::sleep_for(10ms);
    }
    BOOST_TEST(daemon.gate.refused() > 0u);
    BOOST_TEST(client.asks() == 0u);
}

BOOST_AUTO_TEST_CASE(telemetry_is_for_the_keys_of_the_list)
{
    Daemon daemon(zmq::socket_type::pull);
    const std::string endpoint = free_endpoint();
    ModemRxClient client(daemon.endpoint, endpoint, kOfModem);
    zmq::context_t context;
    zmq::socket_t strange = socket_of(context, zmq::socket_type::sub),
                  right = socket_of(context, zmq::socket_type::sub);
    ports::use_curve(strange, ports::Curve{kStranger, {kModem.public_key}});
    ports::use_curve(right, ports::Curve{kDaemon, {kModem.public_key}});
    strange.set(zmq::sockopt::reconnect_ivl, 10'000);
    strange.set(zmq::sockopt::rcvtimeo, 0);
    right.set(zmq::sockopt::rcvtimeo, 20);
    for (zmq::socket_t* socket : {&strange, &right}) {
        socket->set(zmq::sockopt::subscribe, "");
        socket->connect(endpoint);
    }
    zmq::message_t map;
    bool heard = false;
    for (int i = 0; i < 250 && !heard; ++i) {
        client.send_telemetry({}, {}, {}, 1e9);
        heard = right.recv(map).has_value();
    }
    BOOST_TEST(heard);
    for (int i = 0; i < 500 && client.refused() == 0; ++i)
        std::this_thread::sleep_for(10ms);
    BOOST_TEST(client.refused() == 1u);
    client.send_telemetry({}, {}, {}, 1e9);
    BOOST_TEST(!strange.recv(map).has_value());
}

BOOST_AUTO_TEST_CASE(frames_leave_this_machine_under_curve_only)
{
    const auto make = [](const std::string& endpoint, const blocks::PortSocket::Curve& curve) {
        return error_of([&] { ModemTxClient({endpoint, 5ms, 500e3, 100'000, curve}); });
    };
    BOOST_TEST(make("tcp://192.0.2.1:5", kOfModem) == "no error");
    BOOST_TEST(make("tcp://127.0.0.1:5", {}) == "no error");
    BOOST_TEST(make("tcp://[::1]:5", {}) == "no error");
    for (const char* endpoint :
         {"tcp://192.0.2.1:5", "tcp://127.example.org:5", "tcp://localhost.example.org:5"})
        BOOST_TEST(make(endpoint, {})
                       .starts_with(std::string("tx_endpoint: ") + endpoint +
                                    ": allowed without a curve_key_file"));
    BOOST_TEST(make("ipc:///tmp/depinsat-curve", kOfModem)
                   .starts_with("tx_endpoint: ipc:///tmp/depinsat-curve: allowed with a"));
}

BOOST_AUTO_TEST_CASE(bad_curve_parameters_name_their_key)
{
    const auto load = [](const std::string& file, std::vector<std::string> keys) {
        return error_of([&] { blocks::load_curve(file, keys); });
    };
    const std::string key = ports::to_z85(kDaemon.public_key);
    BOOST_TEST(load("", {}) == "no error");
    BOOST_TEST(load("", {key}).starts_with("curve_peer_keys: of no use"));
    BOOST_TEST(load("/nonexistent", {}).starts_with("curve_peer_keys: at least one"));
    BOOST_TEST(load("/nonexistent", {key.substr(1)}).starts_with("curve_peer_keys: \""));
    BOOST_TEST(load("/nonexistent", {key}).starts_with("curve_key_file: key file /nonexist"));
}
