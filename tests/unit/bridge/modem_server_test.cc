// Modems that ask at the modem port: who of them is answered.
#include "bridge/modem_server.h"
#include "temporary_folder.h"

#include <boost/test/unit_test.hpp>

using namespace depinsat;
using namespace depinsat::bridge;
using namespace std::chrono_literals;

namespace {

struct Modem {
    Modem(zmq::context_t& context, const std::string& endpoint)
        : socket(context, zmq::socket_type::dealer)
    {
        socket.set(zmq::sockopt::linger, 0);
        socket.connect(endpoint);
    }

    zmq::socket_t socket;
    uint64_t asked = 0;
};

struct Daemon {
    Daemon() { server.start(); }

    static config::Station make_station(const std::filesystem::path& folder)
    {
        const std::string at = "ipc://" + folder.string();
        return config::parse_station(
            "[station]\nname = \"s\"\nrole = \"user\"\nkey_file = \"" + folder.string() +
                "/key\"\npeers = [\"" +
                config::to_base64(link::generate_key_pair().public_key) +
                "\"]\n[waveform]\nkind = \"dvbs2\"\n"
                "symbol_rate_baud = 10000000\nmodcod = \"qpsk_1-2\"\n"
                "frame_size = \"short\"\n"
                "[modem]\ntx_endpoint = \"" +
                at + "/tx\"\nrx_endpoint = \"" + at + "/rx\"\ntelemetry_endpoint = \"" + at +
                "/telemetry\"\n[radio]\nprofile = \"sim\"\n",
            "station.toml");
    }

    /// Asks for a frame. @return whether there is an answer within the time.
    bool answers(Modem& modem, std::chrono::milliseconds time = 200ms)
    {
        const double at = std::chrono::duration<double>(now()).count();
        const auto parts = ports::encode(ports::Ask{++modem.asked, at + 0.05, 1'000'000, at});
        modem.socket.send(zmq::buffer(parts.map), zmq::send_flags::sndmore);
        modem.socket.send(zmq::buffer(parts.body), zmq::send_flags::none);
        bool answered = false;
        for (const auto end = now() + time; !answered && now() < end;) {
            io.run_for(5ms);
            zmq::message_t part;
            while (modem.socket.recv(part, zmq::recv_flags::dontwait))
                answered = true;
        }
        return answered;
    }

    depinsat::test::TemporaryFolder folder;
    asio::io_context io;
    zmq::context_t context;
    config::Station station = make_station(folder.path);
    link::MemoryStore store;
    LinkDriver link{io, station, link::generate_key_pair(), store};
    ModemServer server{io, context, station, 0, link, std::nullopt};
};

} // namespace

BOOST_AUTO_TEST_CASE(a_modem_that_was_replaced_takes_no_frames_from_the_new_one)
{
    Daemon daemon;
    Modem first(daemon.context, daemon.station.paths[0].modem.tx_endpoint);
    BOOST_TEST(daemon.answers(first));
    Modem second(daemon.context, daemon.station.paths[0].modem.tx_endpoint);
    BOOST_TEST(daemon.answers(second)); // a restart is a new connection
    BOOST_TEST(!daemon.answers(first));
    BOOST_TEST(daemon.answers(second));
}

BOOST_AUTO_TEST_CASE(a_modem_that_was_replaced_serves_again_when_the_other_is_silent)
{
    Daemon daemon;
    Modem first(daemon.context, daemon.station.paths[0].modem.tx_endpoint);
    BOOST_TEST(daemon.answers(first));
    Modem second(daemon.context, daemon.station.paths[0].modem.tx_endpoint);
    BOOST_TEST(daemon.answers(second));
    bool again = false;
    for (const auto end = now() + 10s; !again && now() < end;)
        again = daemon.answers(first);
    BOOST_TEST(again);
    BOOST_TEST(daemon.answers(first));
}
