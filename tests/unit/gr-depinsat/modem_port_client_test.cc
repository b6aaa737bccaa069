#include "gr-depinsat/lib/modem_port_client.h"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <deque>
#include <future>
#include <map>
#include <numeric>
#include <random>
#include <stdexcept>
#include <string>
#include <thread>
#include <unistd.h>

using namespace depinsat;
using namespace std::chrono_literals;
using blocks::ModemRxClient;
using blocks::ModemTxClient;

namespace {

/// A fresh name each time: sockets of an earlier case may still be closing.
std::string endpoint()
{
    static int count = 0;
    return "ipc:///tmp/depinsat-test-" + std::to_string(getpid()) + "-" +
           std::to_string(count++);
}

ports::FrameFormat short_qpsk()
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
void ask(ModemTxClient& client, size_t symbols_left)
{
    for (int i = 0; i < 500 && client.asks() == 0; ++i) {
        client.symbols_left(symbols_left);
        std::this_thread::sleep_for(10ms);
    }
    BOOST_REQUIRE_EQUAL(client.asks(), 1);
}

ModemTxClient::Config config(const std::string& endpoint, std::chrono::milliseconds lead)
{
    return {endpoint, lead, 100e3, 100'000};
}

} // namespace

BOOST_AUTO_TEST_CASE(an_answered_frame_goes_out_and_is_reported_sent)
{
    const auto where = endpoint();
    Daemon daemon(where);
    ModemTxClient client(config(where, 100ms)); // 10,000 symbols
    waveform::Dvbs2FrameToSend frame;

    ask(client, 9000);
    const auto sequence = daemon.ask().sequence;
    daemon.answer(sequence, 0xA5);
    BOOST_REQUIRE(client.next(frame)); // waits for the answer to arrive
    BOOST_TEST(frame.modcod->name == "qpsk_1-2");
    BOOST_TEST(frame.pilots);
    BOOST_TEST(frame.header.isi == 7);
    BOOST_TEST(frame.data_field.size() == frame.modcod->data_field_bytes());
    BOOST_TEST(frame.data_field.at(100) == 0xA5);
    const auto report = daemon.report();
    BOOST_TEST(report.sequence == sequence);
    BOOST_TEST((report.outcome == ports::SendOutcome::kSent));
    BOOST_TEST(client.counts().sent == 1);
}

BOOST_AUTO_TEST_CASE(each_answer_chooses_how_its_frame_is_sent)
{
    const auto where = endpoint();
    Daemon daemon(where);
    ModemTxClient client(config(where, 100ms));
    waveform::Dvbs2FrameToSend frame;
    for (const auto& modcod : framing::modcods()) {
        const bool turn = modcod.pls_code & 4;
        ask(client, 9000);
        ports::Answer answer{
            daemon.ask().sequence,
            false,
            {std::string(modcod.name), modcod.frame_size, turn, modcod.pls_code},
            turn ? framing::StreamType::kTransport : framing::StreamType::kGenericContinuous,
            std::vector<uint8_t>(modcod.data_field_bytes(), 1)};
        if (turn)
            answer.flags = {false, false, false, false, 1504, 8, 0x47};
        daemon.send(encode(answer));
        BOOST_REQUIRE(client.next(frame));
        BOOST_TEST(frame.modcod == &modcod);
        BOOST_TEST(frame.pilots == turn);
        BOOST_TEST(frame.header.isi == modcod.pls_code);
        BOOST_TEST(frame.header.ccm == !turn);
        BOOST_TEST(frame.header.single_stream == !turn);
        BOOST_TEST((frame.header.stream_type == answer.stream_type));
        BOOST_TEST(frame.header.upl_bits == (turn ? 1504 : 0));
        BOOST_TEST(frame.header.syncd == (turn ? 8 : 0));
        BOOST_TEST(frame.header.sync == (turn ? 0x47 : 0));
        daemon.report();
    }
}

BOOST_AUTO_TEST_CASE(nothing_is_asked_for_before_the_lead)
{
    const auto where = endpoint();
    Daemon daemon(where);
    ModemTxClient client(config(where, 10ms)); // 1,000 symbols
    ask(client, 1000);                         // connected
    daemon.ask();
    waveform::Dvbs2FrameToSend frame;
    daemon.answer_idle(0);
    client.next(frame);
    client.symbols_left(1001);
    BOOST_TEST(client.asks() == 0);
    client.symbols_left(1000);
    BOOST_TEST(client.asks() == 1);
    client.symbols_left(500);
    BOOST_TEST(client.asks() == 1); // a dummy frame is longer than the lead
}

BOOST_AUTO_TEST_CASE(frames_shorter_than_the_lead_are_asked_for_ahead)
{
    const auto where = endpoint();
    Daemon daemon(where);
    ModemTxClient client(config(where, 100ms)); // 10,000 symbols: three dummy frames and a bit
    for (int i = 0; i < 500 && client.asks() == 0; ++i) {
        client.symbols_left(10);
        std::this_thread::sleep_for(10ms);
    }
    BOOST_TEST(client.asks() == 4); // those that start at 10, 3340, 6670 and 10000 symbols
    const auto first = daemon.ask(), second = daemon.ask();
    BOOST_TEST(second.sequence == first.sequence + 1);
    BOOST_TEST(second.needed_at - first.needed_at == 0.0333, boost::test_tools::tolerance(0.1));
}

BOOST_AUTO_TEST_CASE(an_idle_answer_lets_a_dummy_go_out)
{
    const auto where = endpoint();
    Daemon daemon(where);
    ModemTxClient client(config(where, 100ms));
    waveform::Dvbs2FrameToSend frame;
    ask(client, 9000);
    daemon.answer_idle(daemon.ask().sequence);
    BOOST_TEST(!client.next(frame));
    BOOST_TEST((daemon.report().outcome == ports::SendOutcome::kIdle));
    BOOST_TEST(client.counts().idle == 1);
}

BOOST_AUTO_TEST_CASE(an_answer_behind_its_dummy_is_reported_late)
{
    const auto where = endpoint();
    Daemon daemon(where);
    ModemTxClient client(config(where, 1ms));
    waveform::Dvbs2FrameToSend frame;
    ask(client, 10);
    const auto sequence = daemon.ask().sequence;
    BOOST_TEST(!client.next(frame)); // gives up after a millisecond
    daemon.answer(sequence, 1);
    for (int i = 0; i < 500 && client.counts().late == 0; ++i) {
        client.next(frame);
        std::this_thread::sleep_for(10ms);
    }
    const auto report = daemon.report();
    BOOST_TEST(report.sequence == sequence);
    BOOST_TEST((report.outcome == ports::SendOutcome::kLate));
    BOOST_TEST(client.counts().sent == 0);
}

namespace {

/// Hands out segments, one a frame, and holds each answer back for 0 to 3 frames; a segment
/// whose frame is reported late is due again.
struct SlowDaemon {
    struct Held {
        uint64_t sequence;
        uint8_t segment;
        unsigned frames; ///< until the answer goes
    };

    explicit SlowDaemon(const std::string& where) : daemon(where)
    {
        for (unsigned segment = 0; segment < 100; ++segment)
            due.push_back(uint8_t(segment));
    }

    void take_messages(std::chrono::milliseconds wait)
    {
        zmq::pollitem_t item{daemon.socket.handle(), 0, ZMQ_POLLIN, 0};
        while (zmq::poll(&item, 1, wait) > 0) {
            const auto message = daemon.receive();
            if (const auto* ask = std::get_if<ports::Ask>(&message))
                answer(ask->sequence);
            else
                take(std::get<ports::Report>(message));
            wait = 0ms;
        }
    }
    void answer(uint64_t sequence)
    {
        if (due.empty())
            return daemon.answer_idle(sequence);
        held.push_back({sequence, due.front(), unsigned(random() % 4)});
        due.pop_front();
    }
    void next_frame()
    {
        for (auto next = held.begin(); next != held.end();) {
            if (next->frames-- > 0) {
                ++next;
                continue;
            }
            daemon.answer(next->sequence, next->segment);
            answered[next->sequence] = next->segment;
            next = held.erase(next);
        }
    }
    void take(const ports::Report& report)
    {
        const auto segment = answered.find(report.sequence);
        if (segment == answered.end())
            return; // of an idle one
        (report.outcome == ports::SendOutcome::kSent ? sent : late).push_back(segment->second);
        if (report.outcome != ports::SendOutcome::kSent)
            due.push_back(segment->second);
        answered.erase(segment);
    }
    bool done() const { return due.empty() && held.empty() && answered.empty(); }

    Daemon daemon;
    std::mt19937 random{1};
    std::deque<uint8_t> due;
    std::deque<Held> held;
    std::map<uint64_t, uint8_t> answered; ///< and not yet reported
    std::vector<uint8_t> sent, late;
};

} // namespace

BOOST_AUTO_TEST_CASE(answers_held_back_by_some_frames_lose_no_segment_and_are_reported_late)
{
    const auto where = endpoint();
    SlowDaemon slow(where);
    ModemTxClient client(config(where, 5ms));
    waveform::Dvbs2FrameToSend frame;
    std::vector<uint8_t> on_air;
    for (int i = 0; i < 50000 && !slow.done(); ++i) {
        client.symbols_left(10);
        slow.take_messages(client.asks() > 0 ? 100ms : 1ms);
        slow.next_frame();
        if (client.next(frame))
            on_air.push_back(frame.data_field.at(0));
    }
    BOOST_TEST(slow.done());
    std::vector<uint8_t> every_one(100);
    std::iota(every_one.begin(), every_one.end(), uint8_t(0));
    BOOST_TEST(on_air == slow.sent, boost::test_tools::per_element());
    std::ranges::sort(on_air);
    BOOST_TEST(on_air == every_one, boost::test_tools::per_element());
    BOOST_TEST(slow.late.size() >= 50u); // three of four are held back
    BOOST_TEST(client.counts().late == slow.late.size());
    BOOST_TEST(client.counts().sent == 100u);
    BOOST_TEST(client.counts().refused == 0u);
}

BOOST_AUTO_TEST_CASE(without_a_daemon_dummies_go_out_and_nothing_is_queued)
{
    ModemTxClient client(config(endpoint(), 100ms));
    waveform::Dvbs2FrameToSend frame;
    for (int i = 0; i < 1000; ++i) {
        client.symbols_left(10);
        BOOST_TEST(!client.next(frame));
    }
    BOOST_TEST(client.asks() == 0);
}

BOOST_AUTO_TEST_CASE(a_daemon_that_stands_still_does_not_wake_up_to_a_heap_of_asks)
{
    const auto where = endpoint();
    Daemon daemon(where);
    ModemTxClient client(config(where, 1ms));
    waveform::Dvbs2FrameToSend frame;
    const auto start = std::chrono::steady_clock::now();
    uint64_t frames = 0;
    while (frames < 300) {
        client.symbols_left(10);
        frames += client.asks() > 0 || frames > 0;
        client.next(frame);
    }
    const auto retries = (std::chrono::steady_clock::now() - start) / ModemTxClient::kRetry + 1;
    unsigned asks = 0;
    zmq::pollitem_t item{daemon.socket.handle(), 0, ZMQ_POLLIN, 0};
    uint64_t last = 0;
    for (; zmq::poll(&item, 1, 200ms) > 0; ++asks)
        last = daemon.ask().sequence;
    BOOST_TEST(asks >= ModemTxClient::kPatience);
    BOOST_TEST(asks <= ModemTxClient::kPatience + retries);

    daemon.answer_idle(last); // it is back, and asked as before
    for (int i = 0; i < 500 && client.asks() == 0; ++i) {
        client.next(frame);
        client.symbols_left(10);
        std::this_thread::sleep_for(1ms);
    }
    BOOST_TEST(client.asks() == 1);
}

BOOST_AUTO_TEST_CASE(a_daemon_that_restarts_is_asked_again)
{
    const auto where = endpoint();
    ModemTxClient client(config(where, 100ms));
    waveform::Dvbs2FrameToSend frame;
    for (const uint8_t fill : {1, 2}) {
        Daemon daemon(where);
        while (!client.next(frame)) { // asks of the daemon before run out
            client.symbols_left(9000);
            if (client.asks() == 0) {
                std::this_thread::sleep_for(10ms);
                continue;
            }
            zmq::pollitem_t item{daemon.socket.handle(), 0, ZMQ_POLLIN, 0};
            while (zmq::poll(&item, 1, 50ms) > 0) {
                const auto message = daemon.receive();
                if (const auto* asked = std::get_if<ports::Ask>(&message))
                    daemon.answer(asked->sequence, fill);
            }
        }
        BOOST_TEST(frame.data_field.at(0) == fill);
    }
}

BOOST_AUTO_TEST_CASE(answers_of_which_no_frame_can_be_made_are_refused)
{
    const auto where = endpoint();
    Daemon daemon(where);
    ModemTxClient client(config(where, 100ms));
    waveform::Dvbs2FrameToSend frame;
    ask(client, 9000);
    ports::Answer answer{daemon.ask().sequence, false, short_qpsk(), {}, {}};
    answer.format.modcod = "qpsk_9-9";
    answer.data_field.assign(100, 0);
    daemon.send(encode(answer));
    daemon.send({{1, 2, 3}, {}});
    BOOST_TEST(!client.next(frame));
    BOOST_TEST(client.counts().refused >= 1);
    BOOST_TEST(client.counts().sent == 0);
}

BOOST_AUTO_TEST_CASE(wrong_configuration_is_refused_by_key)
{
    const auto names = [](const char* key) {
        return [key](const std::invalid_argument& e) {
            return std::string(e.what()).starts_with(key);
        };
    };
    BOOST_CHECK_EXCEPTION(ModemTxClient(config("tcp://10.0.0.1:1", 5ms)), std::invalid_argument,
                          names("tx_endpoint"));
    BOOST_CHECK_EXCEPTION(ModemTxClient(config("nonsense", 5ms)), std::invalid_argument,
                          names("tx_endpoint"));
    BOOST_CHECK_EXCEPTION(ModemTxClient(config(endpoint(), 0ms)), std::invalid_argument,
                          names("lead_ms"));
    BOOST_CHECK_EXCEPTION(ModemTxClient(config(endpoint(), 101ms)), std::invalid_argument,
                          names("lead_ms"));
    zmq::context_t context;
    zmq::socket_t other(context, zmq::socket_type::pub);
    other.bind("tcp://127.0.0.1:*");
    const auto in_use = other.get(zmq::sockopt::last_endpoint);
    BOOST_CHECK_EXCEPTION(ModemRxClient(endpoint(), in_use), std::invalid_argument,
                          names("telemetry_endpoint"));
}
