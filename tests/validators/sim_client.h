#pragma once

#include "bridge/beacon/edge.h"
#include "linksim/events.h"
#include "validators/sim_chain.h"

#include <set>

namespace depinsat::test {

/// A validator client, closed loop: it asks and posts as the one of the capture does, in that
/// order, each step when the one before it is answered.
class SimClient
{
public:
    SimClient(linksim::Events&,
              const SimChain&,
              std::chrono::nanoseconds origin,
              bridge::beacon::Edge&);

    void start();

    uint64_t errors() const { return errors_; }
    const std::string& last_error() const { return last_error_; }
    uint64_t attestations() const { return attestations_; } ///< duties met so far

private:
    using Then = std::function<void(const bridge::beacon::Json&)>;

    void get(const std::string& target, Then then = {});
    void post(const std::string& target, const std::string& body, Then then = {});
    void request(const bridge::beacon::ApiRequest&, Then then);
    void in(double seconds, std::function<void()> what);
    double until_slot(uint64_t slot, double into_s) const;

    void on_head(const std::string& data);
    void run_slot(uint64_t slot);
    void begin_epoch(uint64_t epoch);
    void attest(uint64_t slot);
    void send_attestations(uint64_t slot,
                           const std::vector<size_t>&,
                           const bridge::beacon::Json& data);
    void send_sync_messages(uint64_t slot, const std::string& root);
    void aggregate(uint64_t slot);
    void contribute(uint64_t slot, const std::string& root);
    std::string indices() const;

    linksim::Events& events_;
    const SimChain& chain_;
    std::chrono::nanoseconds origin_;
    bridge::beacon::Edge& edge_;
    std::set<uint64_t> attested_;
    std::map<uint64_t, bridge::beacon::Json> data_; ///< by slot, what was signed
    std::map<uint64_t, std::string> roots_;         ///< by slot, of the head
    uint64_t errors_ = 0, attestations_ = 0;
    std::string last_error_;
};

} // namespace depinsat::test
