#include "gr-depinsat/lib/modem_port_client.h"

#include <boost/test/unit_test.hpp>

#include <string>
#include <unistd.h>

using namespace depinsat;
using blocks::ModemRxClient;

namespace {

std::string endpoint(const char* name)
{
    return "ipc:///tmp/depinsat-rx-test-" + std::to_string(getpid()) + "-" + name;
}

waveform::Dvbs2ReceivedFrame received(uint64_t sequence, std::span<const uint8_t> bytes)
{
    waveform::Dvbs2ReceivedFrame frame{};
    frame.sequence = sequence;
    frame.modcod = &framing::find_modcod("qpsk_1-2", framing::FrameSize::kShort);
    frame.pilots = true;
    frame.snr_db = 3.5f;
    frame.data_field = bytes;
    return frame;
}

} // namespace

BOOST_AUTO_TEST_CASE(a_daemon_that_stands_still_loses_the_oldest_frames)
{
    const auto where = endpoint("rx");
    ModemRxClient client(where, endpoint("telemetry"));
    const std::vector<uint8_t> bytes(10, 3);
    const uint64_t total = ModemRxClient::kMaxFrames + 36;
    for (uint64_t i = 0; i < total; ++i)
        client.add(received(i, bytes), 1e9);
    BOOST_TEST(client.waiting() == ModemRxClient::kMaxFrames);
    BOOST_TEST(client.dropped() == 36);

    zmq::context_t context;
    zmq::socket_t daemon(context, zmq::socket_type::pull);
    daemon.set(zmq::sockopt::rcvtimeo, 10);
    daemon.bind(where);
    uint64_t next = 36;
    for (int i = 0; i < 1000 && next < total; ++i) {
        client.send_frames();
        zmq::message_t map, body;
        if (!daemon.recv(map))
            continue;
        BOOST_REQUIRE(daemon.recv(body).has_value());
        const auto frame = ports::decode_rx_frame({map.data<uint8_t>(), map.size()},
                                                  {body.data<uint8_t>(), body.size()});
        BOOST_REQUIRE(frame.has_value());
        BOOST_TEST(frame->sequence == next++);
        BOOST_TEST(frame->data_field == bytes);
        BOOST_TEST(frame->snr_db == 3.5);
    }
    BOOST_TEST(next == total);
}
