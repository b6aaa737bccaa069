#include "modem_port_daemon.h"

#include <future>
#include <stdexcept>

using namespace depinsat;
using namespace std::chrono_literals;
using blocks::ModemRxClient;
using namespace depinsat::test;

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
