#pragma once

#include <cassert>
#include <cstddef>
#include <unordered_map>
#include <utility>

namespace depinsat::link {

class Peer;

/// Which peer goes by a name, such as a session index: found at once, however many there are.
///
/// Life  a name is in it as long as its Entry lives; the directory outlives its entries.
template <class Name, class Hash = std::hash<Name>>
class Directory
{
public:
    class Entry
    {
    public:
        Entry() = default;
        Entry(Entry&& other) noexcept
            : directory_(std::exchange(other.directory_, nullptr)), name_(other.name_)
        {}
        Entry& operator=(Entry&& other) noexcept
        {
            std::swap(directory_, other.directory_);
            std::swap(name_, other.name_);
            return *this;
        }
        ~Entry()
        {
            if (directory_)
                directory_->holders_.erase(name_);
        }
        const Name& name() const { return name_; }

    private:
        friend class Directory;
        Entry(Directory& directory, const Name& name) : directory_(&directory), name_(name) {}

        Directory* directory_ = nullptr;
        Name name_{};
    };

    Directory() : holders_(0, Hash()) {}

    /// The name must not be in use.
    [[nodiscard]] Entry add(const Name& name, Peer& peer)
    {
        [[maybe_unused]] const bool added = holders_.emplace(name, &peer).second;
        assert(added);
        return Entry(*this, name);
    }

    /// @return nullptr if nobody goes by it.
    Peer* find(const Name& name) const
    {
        const auto at = holders_.find(name);
        return at == holders_.end() ? nullptr : at->second;
    }

private:
    std::unordered_map<Name, Peer*, Hash> holders_;
};

} // namespace depinsat::link
