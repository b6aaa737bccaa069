#include "bridge/upstream_choice.h"

#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

#include <algorithm>

namespace depinsat::bridge {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using Fault = HttpResult::Fault;

constexpr auto kProbeInterval = 1s;
constexpr auto kProbeTimeout = 900ms; ///< with the interval: a silent node is out after 2 s

} // namespace

struct UpstreamChoice::Job {
    NodeRequest request;
    Done done;
    Clock::time_point deadline;
    std::vector<const Node*> tried{};

    std::chrono::milliseconds left() const
    {
        return std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
    }
};

struct UpstreamChoice::Attempt {
    Shared job; ///< null: it has ended
};

UpstreamChoice::UpstreamChoice(asio::io_context& io,
                               HttpClient& http,
                               std::vector<config::Upstream> upstreams,
                               Checks checks)
    : io_(io), http_(http), checks_(std::move(checks)), timer_(io)
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
        if (error)
            return;
        drop_late();
        start();
    });
}

void UpstreamChoice::probe(Node& node)
{
    NodeRequest request = checks_.probe(node.upstream);
    request.idempotent = true;
    HttpCall call = call_of(node.upstream, std::move(request));
    call.timeout = kProbeTimeout;
    http_.request(std::move(call), [this, &node](const HttpResult& http) {
        note(node, http.fault == Fault::kNone && checks_.is_good(node.upstream, http));
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
    const Node* before = best();
    node.good = true;
    ++changes_;
    spdlog::info("{} serves", node.upstream.url.authority());
    tell_change(before);
}

void UpstreamChoice::take_out(Node& node)
{
    const Node* before = best();
    if (!std::exchange(node.good, false))
        return;
    ++changes_;
    spdlog::warn("{} serves no more", node.upstream.url.authority());
    tell_change(before);
    for (const auto& attempt : std::exchange(node.open, {}))
        if (const auto job = std::exchange(attempt->job, nullptr))
            end(job, {Fault::kBroken, 0, {}, "the ordinary connection failed", {}});
    send_queued();
}

void UpstreamChoice::tell_change(const Node* before)
{
    if (on_change && best() != before)
        on_change();
}

const config::Upstream* UpstreamChoice::node() const
{
    const Node* node = best();
    return node ? &node->upstream : nullptr;
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

nlohmann::json UpstreamChoice::status() const
{
    return {{"ordinary", is_up() ? nlohmann::json(serving()) : nlohmann::json(nullptr)},
            {"changes", changes_}};
}

void UpstreamChoice::request(NodeRequest request, Done done)
{
    const auto deadline = Clock::now() + request.timeout;
    const auto job = std::make_shared<Job>(Job{std::move(request), std::move(done), deadline});
    Node* node = best();
    if (node && node->open.size() < kMaxOpen)
        return send(job, *node);
    const size_t bytes = job->request.body.size();
    if (node && queued_.size() < kMaxQueued && queued_bytes_ + bytes <= kMaxQueuedBytes) {
        queued_bytes_ += bytes;
        return queued_.push_back(job);
    }
    const char* why = node ? "too many requests wait" : "no node serves";
    asio::post(io_, [job, why] { job->done({Fault::kUnreachable, 0, {}, why, {}}); });
}

/// Those whose turn it is, or all if no node serves any more.
void UpstreamChoice::send_queued()
{
    while (!queued_.empty()) {
        Node* node = best();
        if (node && node->open.size() >= kMaxOpen)
            return;
        const auto job = queued_.front();
        queued_.pop_front();
        queued_bytes_ -= job->request.body.size();
        if (node && job->left() > 0ms)
            send(job, *node);
        else
            job->done({Fault::kUnreachable, 0, {}, "its turn did not come", {}});
    }
}

/// What waits behind slow requests may be late before its turn comes.
void UpstreamChoice::drop_late()
{
    std::vector<Shared> late;
    std::erase_if(queued_, [&](const Shared& job) {
        if (job->left() > 0ms)
            return false;
        queued_bytes_ -= job->request.body.size();
        late.push_back(job);
        return true;
    });
    for (const auto& job : late)
        job->done({Fault::kUnreachable, 0, {}, "its turn did not come", {}});
}

void UpstreamChoice::send(const Shared& job, Node& node)
{
    job->tried.push_back(&node);
    HttpCall call = call_of(node.upstream, job->request);
    call.timeout = std::min(call.timeout, job->left());
    const auto deadline = Clock::now() + call.timeout;
    const auto attempt = std::make_shared<Attempt>(Attempt{job});
    const auto place = node.open.insert(node.open.end(), attempt);
    http_.request(std::move(call), [this, &node, attempt, place, deadline](HttpResult http) {
        const auto sent = std::exchange(attempt->job, nullptr);
        if (!sent)
            return; // its node was taken out
        node.open.erase(place);
        if (http.fault == Fault::kNone && !checks_.is_answer(http))
            http.fault = Fault::kBroken;
        // One that was only slow says nothing of the node: the probes do.
        const bool slow = Clock::now() >= deadline;
        if ((http.fault == Fault::kBroken && !slow) || http.fault == Fault::kUnreachable)
            note(node, false);
        end(sent, std::move(http));
        send_queued();
    });
}

/// Tells what became of a request, or goes on with it at another node.
void UpstreamChoice::end(const Shared& job, HttpResult http)
{
    Node* next = best();
    const bool may = http.fault == Fault::kUnreachable ||
                     (http.fault == Fault::kBroken && job->request.idempotent);
    if (may && next && !std::ranges::count(job->tried, next) && job->left() > 0ms)
        return send(job, *next);
    job->done(std::move(http));
}

} // namespace depinsat::bridge
