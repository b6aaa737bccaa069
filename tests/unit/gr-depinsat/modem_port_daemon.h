#pragma once

#include "gr-depinsat/lib/modem_port_client.h"

#include <boost/test/unit_test.hpp>

#include <string>
#include <thread>
#include <unistd.h>
#include <variant>

/// The daemon's side of the modem port, for tests of the modem's.
namespace depinsat::test {

using namespace std::chrono_literals;
using blocks::ModemTxClient;

/// A fresh name each time: sockets of an earlier case may still be closing.
inline std::string endpoint()
{
    static int count = 0;
    return "ipc:///tmp/depinsat-test-" + std::to_string(getpid()) + "-" +
           std::to_string(count++);
}

inline ports::FrameFormat short_qpsk()
{
    return {"qpsk_1-2", framing::FrameSize::kShort, true, 7};
}

/// The daemon's side of the tx port.
struct Daemon {
    explicit Daemon(const std::string& endpoint) : socket(context, zmq::socket_type::router)
    {
        socket.set(zmq::sockopt::linger, 0);
        socket.set(zmq::sockopt::rcvtimeo, 5000);
        socket.bind(endpoint);
    }

    std::variant<ports::Ask, ports::Report> receive()
    {
        zmq::message_t map, body;
        BOOST_REQUIRE(socket.recv(peer) && socket.recv(map) && socket.recv(body));
        const auto message = ports::decode_from_modem({map.data<uint8_t>(), map.size()},
                                                      {body.data<uint8_t>(), body.size()});
        BOOST_REQUIRE(message.has_value());
        return *message;
    }
    ports::Ask ask() { return std::get<ports::Ask>(receive()); }
    ports::Report report() { return std::get<ports::Report>(receive()); }

    void send(const ports::Parts& parts)
    {
        socket.send(zmq::buffer(peer.data(), peer.size()), zmq::send_flags::sndmore);
        socket.send(zmq::buffer(parts.map), zmq::send_flags::sndmore);
        socket.send(zmq::buffer(parts.body), zmq::send_flags::none);
    }
    void answer(uint64_t sequence, uint8_t fill)
    {
        const auto& modcod = framing::find_modcod("qpsk_1-2", framing::FrameSize::kShort);
        send(encode(ports::Answer{sequence, false, short_qpsk(),
                                  framing::StreamType::kGenericContinuous,
                                  std::vector<uint8_t>(modcod.data_field_bytes(), fill)}));
    }
    void answer_idle(uint64_t sequence)
    {
        send(encode(ports::Answer{sequence, true, {}, {}, {}}));
    }

    zmq::context_t context;
    zmq::socket_t socket;
    zmq::message_t peer;
};

/// Lets symbols leave until the daemon is there and has been asked.
inline void ask(ModemTxClient& client, size_t symbols_left)
{
    for (int i = 0; i < 500 && client.asks() == 0; ++i) {
        client.symbols_left(symbols_left);
        std::this_thread::sleep_for(10ms);
    }
    BOOST_REQUIRE_EQUAL(client.asks(), 1);
}

inline ModemTxClient::Config config(const std::string& endpoint, std::chrono::milliseconds lead)
{
    return {endpoint, lead, 100e3, 100'000};
}

} // namespace depinsat::test
