#include "group_window.h"

#include <algorithm>

namespace depinsat::link {
namespace {

constexpr size_t kFixedBytes = 4 + kRunSaltBytes + 4; // run, floor

} // namespace

GroupWindow::GroupWindow(const std::array<uint8_t, 16>& name, Store& store)
    : name_(name), store_(store)
{
    load();
}

void GroupWindow::load()
{
    const auto record = store_.get(Record::kGroupWindow, name_);
    if (!record || record->size() < kFixedBytes || record->size() % 4 != 0)
        return;
    std::span<const uint8_t> rest = *record;
    const auto number = [&rest] {
        const uint32_t value = read_u32(rest.first<4>());
        rest = rest.subspan(4);
        return value;
    };
    Run run;
    run.number = number();
    std::copy_n(rest.begin(), kRunSaltBytes, run.salt.begin());
    rest = rest.subspan(kRunSaltBytes);
    run_ = run;
    floor_ = number();
    while (!rest.empty())
        given_.insert(number());
    trusted_end_ = given_.empty() ? floor_ : std::max(floor_, *given_.rbegin() + 1);
}

void GroupWindow::save() const
{
    std::vector<uint8_t> record;
    const auto put = [&record](uint32_t value) {
        std::array<uint8_t, 4> bytes;
        write_u32(value, bytes);
        record.insert(record.end(), bytes.begin(), bytes.end());
    };
    put(run_->number);
    record.insert(record.end(), run_->salt.begin(), run_->salt.end());
    put(floor_);
    for (const uint32_t first : given_)
        put(first);
    store_.put(Record::kGroupWindow, name_, record);
    store_.commit();
}

void GroupWindow::begin(const Run& run, uint32_t next_counter)
{
    run_ = run;
    seen_ = {};
    trusted_end_ = next_counter;
    floor_ = 0;
    given_.clear();
    save();
}

GroupWindow::Place GroupWindow::place(uint32_t counter) const
{
    if (seen_.contains(counter) || seen_.forgotten(counter))
        return Place::kSeen;
    return counter < trusted_end_ + kMaxCounterLead ? Place::kNear : Place::kFar;
}

void GroupWindow::give_out(uint32_t name)
{
    given_.insert(name);
    if (given_.size() > kMessages) {
        floor_ = *given_.begin() + 1;
        given_.erase(given_.begin());
    }
    save();
}

} // namespace depinsat::link
