#include "bridge/upstream_choice.h"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace depinsat::bridge {
namespace {

using namespace std::chrono_literals;
using Fault = HttpResult::Fault;

constexpr auto kProbeInterval = 1s;
constexpr auto kProbeTimeout = 900ms; ///< with the interval: a silent node is out after 2 s
constexpr size_t kMaxAnswerBytes = 32u << 20;

} // namespace

UpstreamChoice::UpstreamChoice(asio::io_context& io,
                               HttpClient& http,
                               std::vector<config::Upstream> upstreams,
                               Probe probe)
    : io_(io), http_(http), probe_(std::move(probe)), timer_(io)
{
    for (auto& upstream : upstreams) {
        auto node = std::make_unique<Node>();
        node->upstream = std::move(upstream);
        nodes_.push_back(std::move(node));
    }
}

void UpstreamChoice::start()
{
    for (const auto& node : nodes_)
        probe(*node);
    probe_later();
}

void UpstreamChoice::probe_later()
{
    timer_.expires_after(kProbeInterval);
    timer_.async_wait([this](error_code error) {
        if (!error)
            start();
    });
}

void UpstreamChoice::probe(Node& node)
{
    HttpCall call{.url = node.upstream.url};
    call.body = probe_.body;
    call.timeout = kProbeTimeout;
    call.max_answer_bytes = kMaxAnswerBytes;
    call.ca_file = node.upstream.ca_file;
    call.idempotent = true;
    http_.request(std::move(call), [this, &node](const HttpResult& http) {
        note(node, http.fault == Fault::kNone && probe_.is_good(node.upstream, http));
    });
}

void UpstreamChoice::note(Node& node, bool good)
{
    if (!good) {
        node.good_probes = 0;
        return take_out(node);
    }
    ++node.good_probes;
    if (node.good || node.good_probes < kReturnProbes)
        return;
    node.good = true;
    ++changes_;
    spdlog::info("{} serves", node.upstream.url.authority());
}

void UpstreamChoice::take_out(Node& node)
{
    if (!std::exchange(node.good, false))
        return;
    ++changes_;
    spdlog::warn("{} serves no more", node.upstream.url.authority());
    for (const auto& waiting : std::exchange(node.waiting, {}))
        if (const auto done = std::exchange(waiting->done, nullptr))
            done({Fault::kBroken, 0, {}, "the ordinary connection failed", {}});
}

UpstreamChoice::Node* UpstreamChoice::best() const
{
    const auto found =
        std::ranges::find_if(nodes_, [](const auto& node) { return node->good; });
    return found == nodes_.end() ? nullptr : found->get();
}

std::string UpstreamChoice::serving() const
{
    const Node* node = best();
    return node ? node->upstream.url.authority() : std::string();
}

void UpstreamChoice::post(std::string body,
                          std::chrono::milliseconds timeout,
                          bool idempotent,
                          std::function<void(HttpResult)> done)
{
    Node* node = best();
    if (!node) {
        asio::post(io_, [done = std::move(done)] {
            done({Fault::kUnreachable, 0, {}, "no node serves", {}});
        });
        return;
    }
    HttpCall call{.url = node->upstream.url};
    call.body = std::move(body);
    call.timeout = std::min(timeout, node->upstream.timeout);
    call.max_answer_bytes = kMaxAnswerBytes;
    call.ca_file = node->upstream.ca_file;
    call.idempotent = idempotent;
    const auto waiting = std::make_shared<Waiting>(Waiting{std::move(done)});
    const auto place = node->waiting.insert(node->waiting.end(), waiting);
    const auto deadline = std::chrono::steady_clock::now() + call.timeout;
    http_.request(std::move(call), [this, node, waiting, place, deadline](HttpResult http) {
        const auto told = std::exchange(waiting->done, nullptr);
        if (!told)
            return; // was taken out
        node->waiting.erase(place);
        if (http.fault == Fault::kNone && http.status >= 500)
            http.fault = Fault::kBroken;
        // One that was only slow says nothing of the node: the probes do.
        const bool slow = std::chrono::steady_clock::now() >= deadline;
        if ((http.fault == Fault::kBroken && !slow) || http.fault == Fault::kUnreachable)
            note(*node, false);
        told(std::move(http));
    });
}

} // namespace depinsat::bridge
