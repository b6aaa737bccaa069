// What the daemon answers, and when: each answer chooses how its frame is sent; late ones lose
// nothing.
#include "modem_port_daemon.h"

#include <algorithm>
#include <deque>
#include <map>
#include <numeric>
#include <random>

using namespace depinsat;
using namespace depinsat::test;
using namespace std::chrono_literals;

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
