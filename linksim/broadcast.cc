#include "linksim/broadcast.h"

#include "depinsat/link/group.h"
#include "linksim/path.h"

#include <algorithm>
#include <cmath>
#include <ctime>
#include <memory>
#include <optional>
#include <random>

namespace depinsat::linksim {
namespace {

using Bytes = std::vector<uint8_t>;
using Json = nlohmann::ordered_json;

constexpr link::GroupId kGroup = 1;
constexpr Time kForever = std::chrono::hours(1000);

class Deaf : public link::LinkEvents
{
public:
    void on_message(const link::PublicKey&, const link::Message&) override {}
    void on_outcome(link::MessageId, link::Outcome) override { told = true; }
    void on_peer(const link::PublicKey&, bool) override {}
    bool told = false;
};

class Hearer : public Deaf
{
public:
    explicit Hearer(const Bytes& sent_object) : object(sent_object) {}
    void on_group_message(link::GroupId,
                          const link::PublicKey&,
                          const link::Message& message) override
    {
        complete = true;
        right &= message.bytes == object;
    }
    const Bytes& object;
    bool complete = false, right = true;
};

link::Group group_of(const link::Key& key, double loss)
{
    link::Group group;
    group.id = kGroup;
    group.keys = {key};
    group.loss = std::min(loss, 0.5);
    return group;
}

// Frames, until the sender has said all.
std::vector<Bytes> frames_of(const Broadcast& b,
                             const link::KeyPair& keys,
                             const link::Key& group_key,
                             const Bytes& object)
{
    link::MemoryStore store;
    Deaf events;
    link::Link sender({.initiator = false}, keys, {}, events, store);
    auto group = group_of(group_key, b.down.loss.share);
    group.sends = true;
    sender.join(group);
    sender.send_group(kGroup, {link::Class::kBulk, 1, object}, Time(0), kForever);
    std::vector<Bytes> frames;
    for (Time now{0}; !events.told; now += b.down.frame_time()) {
        Bytes frame(b.down.frame_bytes);
        if (sender.fill(frames.size(), frame, now) == 0)
            throw std::invalid_argument("--frame-bytes: no object of this size fits");
        sender.sent(frames.size(), now);
        frames.push_back(std::move(frame));
    }
    return frames;
}

struct Completed {
    size_t received, sent; ///< frames until the object was there
};

struct Result {
    std::vector<std::optional<Completed>> receivers;
    bool right = true;
};

class Receivers
{
public:
    Receivers(const Broadcast& broadcast,
              const link::KeyPair& sender,
              const link::Key& group_key,
              const std::vector<Bytes>& frames,
              const Bytes& object)
        : broadcast_(broadcast),
          group_(group_of(group_key, 0)),
          keys_(link::generate_key_pair()),
          frames_(frames),
          object_(object)
    {
        group_.senders = {{sender.public_key, link::verify_key_of(sender)}};
    }

    std::optional<Completed> run(uint64_t seed, bool& right)
    {
        link::MemoryStore store;
        Hearer hearer(object_);
        link::Link link({}, keys_, {}, hearer, store);
        link.join(group_);
        Path path(broadcast_.down.loss, {}, seed);
        const Time frame_time = broadcast_.down.frame_time();
        size_t received = 0;
        for (size_t sent = 0; sent < frames_.size() && !hearer.complete;) {
            const Time end = Time(int64_t(++sent) * frame_time.count());
            if (!path.arrives(end))
                continue;
            ++received;
            link.receive(frames_[sent - 1], end);
            if (hearer.complete)
                return right &= hearer.right, Completed{received, sent};
        }
        return std::nullopt;
    }

private:
    const Broadcast& broadcast_;
    link::Group group_;
    link::KeyPair keys_;
    const std::vector<Bytes>& frames_;
    const Bytes& object_;
};

/// Bytes of so many frames beyond those of the object, as a share of it.
double beyond(const Broadcast& b, double frames)
{
    return frames * double(b.down.frame_bytes) / double(b.object_bytes) - 1;
}

/// The least over which the share of the receivers lies that must complete; infinite if more
/// did not complete.
double share_percentile(std::vector<double> values, double share)
{
    std::ranges::sort(values);
    const auto rank = size_t(std::ceil(share * double(values.size())));
    return values[std::max<size_t>(rank, 1) - 1];
}

/// Of frames with nothing but the object in them, sent so that the share of the receivers gets
/// as many as the object fills: what no protocol can do better.
double least_sent_beyond(const Broadcast& b)
{
    const double needed = std::ceil(double(b.object_bytes) / double(b.down.frame_bytes));
    const double loss = b.down.loss.share;
    for (double sent = needed;; ++sent) {
        double term = std::exp(sent * std::log1p(-loss)), sum = term;
        for (double lost = 1; lost <= sent - needed; ++lost)
            sum += term *= loss / (1 - loss) * (sent - lost + 1) / lost;
        if (sum >= b.share)
            return beyond(b, sent * (1 - loss));
    }
}

Json figures(const Broadcast& b, const Result& result, Report& report)
{
    std::vector<double> received, sent;
    size_t in_time = 0;
    constexpr double kNever = std::numeric_limits<double>::infinity();
    for (const auto& one : result.receivers) {
        received.push_back(one ? beyond(b, double(one->received)) : kNever);
        sent.push_back(one ? beyond(b, double(one->sent) * (1 - b.down.loss.share)) : kNever);
        in_time += received.back() <= b.allowed;
    }
    const double share = double(in_time) / double(result.receivers.size());
    report.figures_met = share >= b.share;
    const auto number = [](double value) {
        return std::isinf(value) ? Json(nullptr) : Json(value);
    };
    return {{"receivers", result.receivers.size()},
            {"completed", std::ranges::count_if(received, [](double v) { return v < kNever; })},
            {"received_beyond_object",
             {{"p50", number(share_percentile(received, 0.5))},
              {"p99.99", number(share_percentile(received, b.share))},
              {"max", number(share_percentile(received, 1))}}},
            {"sent_beyond_object_and_loss",
             {{"p99.99", number(share_percentile(sent, b.share))},
              {"least_possible", number(least_sent_beyond(b))}}},
            {"figures",
             {{{"name", "share_complete_within_5_percent_beyond_what_was_lost"},
               {"at_least", b.share},
               {"reached", share},
               {"met", report.figures_met}}}}};
}

} // namespace

Report
run_broadcast(const Broadcast& b, uint64_t seed, const std::function<bool(size_t done)>& go_on)
{
    const std::clock_t start = std::clock();
    std::mt19937_64 random(seed);
    Bytes object(b.object_bytes);
    std::ranges::generate(object, [&random] { return uint8_t(random()); });
    const auto keys = link::generate_key_pair();
    const auto group_key = link::generate_group_key();
    const auto frames = frames_of(b, keys, group_key, object);
    Receivers receivers(b, keys, group_key, frames, object);
    Result result;
    do
        result.receivers.push_back(receivers.run(random(), result.right));
    while (go_on(result.receivers.size()) && result.receivers.size() < b.receivers);
    Report report;
    report.json = {
        {"scenario", Broadcast::kName},   {"seed", seed},
        {"object_bytes", b.object_bytes}, {"frame_bytes", b.down.frame_bytes},
        {"loss", b.down.loss.share},      {"mean_burst_frames", b.down.loss.mean_burst_frames},
        {"frames_sent", frames.size()}};
    report.json.update(figures(b, result, report));
    report.nothing_wrong = result.right;
    report.json["damaged"] = !result.right;
    report.json["cpu_s"] = double(std::clock() - start) / CLOCKS_PER_SEC;
    return report;
}

} // namespace depinsat::linksim
