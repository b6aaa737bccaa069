#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace depinsat::config {

/// What is wrong with a configuration, in one line: `FILE:LINE: KEY: what is wrong; allowed:
/// ...`.
class ConfigError : public std::runtime_error
{
    using std::runtime_error::runtime_error;
};

/// One section of a TOML file, read strictly: each value with its type, range and allowed
/// values.
///
/// Every reader throws ConfigError, with the line of the value in the file, or of the section
/// where the key is missing. A value without `fallback` is required.
///
///     TomlSection file = TomlSection::parse_file(path, { "satellite", "station" });
///     TomlSection satellite = file.section("satellite", { "delay_ms", "esn0_db" });
///     const int64_t delay = satellite.integer("delay_ms", 1, 3000, 250);
class TomlSection
{
public:
    using Keys = std::vector<std::string_view>;

    /// The top of a file; refuses what is not a readable TOML file of at most 1 MiB, and keys
    /// that are not among `keys`.
    static TomlSection parse_file(const std::filesystem::path& file, Keys keys);

    /// As parse_file(), for text that is at hand; `name` stands for the file.
    static TomlSection
    parse(std::string_view text, const std::filesystem::path& name, Keys keys);

    /// `[key]`; empty if the file has none. Refuses keys that are not among `keys`.
    TomlSection section(std::string_view key, Keys keys) const;

    /// Every `[[key]]`, in the order of the file; none if the file has none.
    std::vector<TomlSection> sections(std::string_view key, Keys keys) const;

    bool has(std::string_view key) const;

    /// Whether the value is a text, and not one of another type or none.
    bool is_text(std::string_view key) const;

    bool boolean(std::string_view key, std::optional<bool> fallback = {}) const;

    /// An integer from `min` to `max`; 500e3 serves as well as 500000.
    int64_t integer(std::string_view key,
                    int64_t min,
                    int64_t max,
                    std::optional<int64_t> fallback = {}) const;

    /// A finite number from `min` to `max`.
    double number(std::string_view key,
                  double min,
                  double max,
                  std::optional<double> fallback = {}) const;

    /// A list of exactly `count` numbers from `min` to `max`.
    std::vector<double>
    numbers(std::string_view key, size_t count, double min, double max) const;

    /// A list of lists of `width` finite numbers each; may be empty.
    /// @param allowed  for the error message.
    std::vector<std::vector<double>>
    rows(std::string_view key, size_t width, const std::string& allowed) const;

    /// A text that is not empty and holds no control characters.
    std::string text(std::string_view key, std::optional<std::string> fallback = {}) const;

    /// A list of such texts; may be empty.
    std::vector<std::string> texts(std::string_view key) const;

    /// One of the texts of `table`, pairs of name and value.
    template <class Table>
    auto choice(std::string_view key,
                const Table& table,
                std::optional<std::string> fallback = {}) const
    {
        const std::string value = text(key, std::move(fallback));
        std::string names;
        for (const auto& [name, entry] : table) {
            if (name == value)
                return entry;
            names += (names.empty() ? "" : ", ") + ('"' + std::string(name) + '"');
        }
        fail(key, "is \"" + value + '"', names);
    }

    /// A path; a relative one counts from the folder of the file.
    std::filesystem::path path(std::string_view key) const;

    /// Refuses the value of `key`, or its absence; an empty key means the section itself.
    [[noreturn]] void
    fail(std::string_view key, const std::string& what, const std::string& allowed = {}) const;

private:
    struct Node;
    explicit TomlSection(std::shared_ptr<const Node> node) : node_(std::move(node)) {}
    void refuse_unknown(Keys keys) const;

    std::shared_ptr<const Node> node_;
};

} // namespace depinsat::config
