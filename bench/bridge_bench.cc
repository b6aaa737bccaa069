// What a user station answers its clients without the link, from socket to socket.
#include "bridge/ethereum/ingress.h"
#include "bridge/ethereum/view.h"

#include <benchmark/benchmark.h>
#include <boost/asio/connect.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>

#include <time.h>

#include <algorithm>
#include <atomic>
#include <thread>

namespace {

using namespace depinsat;
using namespace depinsat::bridge;
using namespace depinsat::bridge::ethereum;

constexpr int kConnections = 8;
constexpr const char* kBody =
    R"({"jsonrpc":"2.0","id":7,"method":"eth_blockNumber","params":[]})";

Json head()
{
    return {{"hash", "0x" + std::string(64, 'a')}, {"number", "0x10"}, {"timestamp", "0x1"}};
}

uint16_t free_port()
{
    asio::io_context io;
    return tcp::acceptor(io, tcp::endpoint(asio::ip::make_address("127.0.0.1"), 0))
        .local_endpoint()
        .port();
}

double thread_seconds()
{
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return double(time.tv_sec) + 1e-9 * double(time.tv_nsec);
}

/// An endpoint that knows a head, in a thread of its own.
class Station
{
public:
    Station()
    {
        config_.listen = {"127.0.0.1", free_port()};
        view_.take_news(encode_news({}, {head(), {}}), now());
        ingress_.emplace(io_, config_, [this](const Call& call, const auto& done) {
            done(*view_.answer(call.text, now()));
        });
        ingress_->start();
        thread_ = std::thread([this] {
            io_.run();
            core_seconds_ = thread_seconds();
        });
    }

    /// @return CPU time in s of its thread.
    double stop()
    {
        io_.stop();
        thread_.join();
        return core_seconds_;
    }
    uint16_t port() const { return config_.listen.port; }

private:
    static link::Time now() { return std::chrono::seconds(1); }

    asio::io_context io_{1};
    config::LocalServer config_;
    View view_;
    std::optional<ethereum::Ingress> ingress_;
    std::thread thread_;
    double core_seconds_ = 0;
};

/// A connection that asks, and waits for the answer before it asks again.
class Client
{
public:
    Client(asio::io_context& io, uint16_t port) : socket_(io)
    {
        socket_.connect({asio::ip::make_address("127.0.0.1"), port});
        socket_.set_option(tcp::no_delay(true));
    }

    void ask()
    {
        sent_ = std::chrono::steady_clock::now();
        asio::write(socket_, asio::buffer(kRequest));
    }

    /// @return time in s from question to answer.
    double read()
    {
        const size_t header =
            asio::read_until(socket_, asio::dynamic_buffer(text_), "\r\n\r\n");
        const size_t field = text_.find("Content-Length: ");
        const size_t body = std::stoul(text_.substr(field + 16));
        if (text_.size() < header + body)
            asio::read(socket_, asio::dynamic_buffer(text_),
                       asio::transfer_at_least(header + body - text_.size()));
        text_.erase(0, header + body);
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - sent_).count();
    }

private:
    static const std::string kRequest;

    tcp::socket socket_;
    std::string text_;
    std::chrono::steady_clock::time_point sent_;
};

const std::string Client::kRequest =
    "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: " +
    std::to_string(std::string_view(kBody).size()) + "\r\n\r\n" + kBody;

/// Polls of a known head over kConnections kept connections. requests_per_second counts the
/// time of the station's one core; median_ms is what a client waits, with the client's own load
/// on the machine.
void local_answer(benchmark::State& state)
{
    Station station;
    asio::io_context io;
    std::vector<Client> clients;
    for (int i = 0; i < kConnections; ++i)
        clients.emplace_back(io, station.port());
    std::vector<double> waits;
    for (auto _ : state) {
        for (auto& client : clients)
            client.ask();
        for (auto& client : clients)
            waits.push_back(client.read());
    }
    const double seconds = station.stop();
    std::ranges::nth_element(waits, waits.begin() + ptrdiff_t(waits.size() / 2));
    state.counters["requests_per_second"] = double(waits.size()) / seconds;
    state.counters["median_ms"] = 1e3 * waits[waits.size() / 2];
}
BENCHMARK(local_answer)->Name("bridge/local_answer")->UseRealTime();

} // namespace
