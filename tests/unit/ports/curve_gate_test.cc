#include "ports/curve_gate.h"

#include <boost/test/unit_test.hpp>

#include <zmq_addon.hpp>

#include <chrono>
#include <string>

using namespace depinsat::ports;
using namespace std::chrono_literals;

namespace {

CurveKeyPair new_pair()
{
    char public_key[41], secret_key[41];
    BOOST_REQUIRE(zmq_curve_keypair(public_key, secret_key) == 0);
    return {*from_z85(public_key), *from_z85(secret_key)};
}

const CurveKeyPair kDaemon = new_pair(), kModem = new_pair(), kStranger = new_pair();

/// A socket that neither waits for ever nor at its end.
zmq::socket_t socket_of(zmq::context_t& context, zmq::socket_type type)
{
    zmq::socket_t socket(context, type);
    socket.set(zmq::sockopt::linger, 0);
    socket.set(zmq::sockopt::rcvtimeo, 5000);
    socket.set(zmq::sockopt::sndtimeo, 5000);
    socket.set(zmq::sockopt::reconnect_ivl, 10'000); // one connection each
    if (type == zmq::socket_type::sub)
        socket.set(zmq::sockopt::subscribe, "");
    return socket;
}

/// One end, with a socket that binds behind a gate that lets `allowed` through.
struct Guarded {
    Guarded(zmq::socket_type type, const CurveKeyPair& own, std::vector<CurveKey> allowed)
        : socket(socket_of(context, type)), gate(context, Curve{own, allowed}, {socket})
    {
        socket.bind("tcp://127.0.0.1:*");
        endpoint = socket.get(zmq::sockopt::last_endpoint);
    }

    bool refuses(uint64_t count) const
    {
        for (int i = 0; i < 500 && gate.refused() < count; ++i)
            std::this_thread::sleep_for(10ms);
        return gate.refused() == count;
    }

    zmq::context_t context;
    zmq::socket_t socket;
    CurveGate gate;
    std::string endpoint;
};

/// The other end.
struct Client {
    explicit Client(zmq::socket_type type) : socket(socket_of(context, type)) {}
    Client(zmq::socket_type type, const CurveKeyPair& own, const CurveKeyPair& server)
        : Client(type)
    {
        use_curve(socket, Curve{own, {server.public_key}});
    }
    Client& connect(const Guarded& to)
    {
        socket.connect(to.endpoint);
        return *this;
    }

    zmq::context_t context;
    zmq::socket_t socket;
};

std::string receive(zmq::socket_t& socket)
{
    zmq::message_t message;
    return socket.recv(message) ? message.to_string() : "nothing";
}

void send(zmq::socket_t& socket, const std::string& text)
{
    BOOST_REQUIRE(socket.send(zmq::buffer(text)).has_value());
}

} // namespace

BOOST_AUTO_TEST_CASE(a_key_of_the_list_passes_and_is_heard)
{
    Guarded daemon(zmq::socket_type::pull, kDaemon,
                   {kStranger.public_key, kModem.public_key}); // not the first only
    Client modem(zmq::socket_type::push, kModem, kDaemon);
    modem.connect(daemon);
    send(modem.socket, "frame");
    BOOST_TEST(receive(daemon.socket) == "frame");
    BOOST_TEST(daemon.gate.refused() == 0u);
}

BOOST_AUTO_TEST_CASE(answers_of_a_router_reach_the_key_of_the_list)
{
    Guarded daemon(zmq::socket_type::router, kDaemon, {kModem.public_key});
    Client modem(zmq::socket_type::dealer, kModem, kDaemon);
    modem.connect(daemon);
    send(modem.socket, "ask");
    std::vector<zmq::message_t> parts;
    BOOST_REQUIRE(zmq::recv_multipart(daemon.socket, std::back_inserter(parts)));
    BOOST_REQUIRE(parts.size() == 2u);
    daemon.socket.send(parts[0], zmq::send_flags::sndmore);
    send(daemon.socket, "answer");
    BOOST_TEST(receive(modem.socket) == "answer");
}

BOOST_AUTO_TEST_CASE(a_modem_that_publishes_is_heard_by_its_daemon_alone)
{
    Guarded modem(zmq::socket_type::xpub, kModem, {kDaemon.public_key});
    Client stranger(zmq::socket_type::sub, kStranger, kModem), naked(zmq::socket_type::sub),
        daemon(zmq::socket_type::sub, kDaemon, kModem);
    stranger.connect(modem);
    naked.connect(modem);
    BOOST_TEST(modem.refuses(2));
    daemon.connect(modem);
    BOOST_TEST(receive(modem.socket) == "\1"); // its subscription, and nobody else's
    send(modem.socket, "telemetry");
    BOOST_TEST(receive(daemon.socket) == "telemetry");
    for (Client* other : {&stranger, &naked}) {
        other->socket.set(zmq::sockopt::rcvtimeo, 200);
        BOOST_TEST(receive(other->socket) == "nothing");
    }
    BOOST_TEST(modem.gate.refused() == 2u);
}

BOOST_AUTO_TEST_CASE(strangers_are_refused_counted_and_not_heard)
{
    Guarded daemon(zmq::socket_type::pull, kDaemon, {kModem.public_key});
    Client other_key(zmq::socket_type::push, kStranger, kDaemon),
        other_server(zmq::socket_type::push, kModem, kStranger), null(zmq::socket_type::push),
        plain(zmq::socket_type::push);
    plain.socket.set(zmq::sockopt::plain_username, "modem");
    plain.socket.set(zmq::sockopt::plain_password, "secret");
    uint64_t refused = 0;
    for (Client* stranger : {&other_key, &other_server, &null, &plain}) {
        stranger->connect(daemon);
        stranger->socket.send(zmq::str_buffer("forged"), zmq::send_flags::dontwait);
        BOOST_TEST(daemon.refuses(++refused));
    }
    Client modem(zmq::socket_type::push, kModem, kDaemon);
    modem.connect(daemon);
    send(modem.socket, "true");
    BOOST_TEST(receive(daemon.socket) == "true"); // the first that is heard
    BOOST_TEST(daemon.gate.refused() == refused);
}

BOOST_AUTO_TEST_CASE(one_who_knows_the_public_keys_only_is_refused)
{
    Guarded daemon(zmq::socket_type::pull, kDaemon, {kModem.public_key});
    Client thief(zmq::socket_type::push, {kModem.public_key, kStranger.secret_key}, kDaemon);
    thief.connect(daemon);
    thief.socket.send(zmq::str_buffer("forged"), zmq::send_flags::dontwait);
    BOOST_TEST(daemon.refuses(1));
    daemon.socket.set(zmq::sockopt::rcvtimeo, 100);
    BOOST_TEST(receive(daemon.socket) == "nothing");
}

BOOST_AUTO_TEST_CASE(without_its_gate_a_socket_lets_nobody_through)
{
    zmq::context_t context;
    zmq::socket_t pull = socket_of(context, zmq::socket_type::pull);
    {
        const CurveGate gate(context, Curve{kDaemon, {kModem.public_key}}, {pull});
    }
    pull.bind("tcp://127.0.0.1:*");
    Client modem(zmq::socket_type::push, kModem, kDaemon);
    modem.socket.connect(pull.get(zmq::sockopt::last_endpoint));
    modem.socket.send(zmq::str_buffer("frame"), zmq::send_flags::dontwait);
    pull.set(zmq::sockopt::rcvtimeo, 300);
    BOOST_TEST(receive(pull) == "nothing");
}

BOOST_AUTO_TEST_CASE(a_context_has_one_gate_and_a_new_one_after_its_end)
{
    zmq::context_t context;
    const Curve curve{kDaemon, {kModem.public_key}};
    for (int i = 0; i < 50; ++i) {
        zmq::socket_t pull = socket_of(context, zmq::socket_type::pull);
        std::optional<CurveGate> gate;
        for (int tries = 0; !gate; ++tries) // the old name is free when its socket has closed
            try {
                gate.emplace(context, curve, std::initializer_list<zmq::socket_ref>{pull});
            } catch (const zmq::error_t&) {
                BOOST_REQUIRE(tries < 500);
                std::this_thread::sleep_for(1ms);
            }
        BOOST_CHECK_THROW(CurveGate(context, curve, {}), zmq::error_t);
    }
}
