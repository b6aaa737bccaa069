#include "config/toml_reader.h"

#include "config/toml_words.h"

#include <cerrno>
#include <cmath>
#include <cstring>
#include <fstream>
#include <sstream>

namespace depinsat::config {
namespace {

constexpr size_t kMaxFileBytes = 1u << 20;

std::string joined(TomlSection::Keys keys)
{
    std::string out;
    for (const auto key : keys)
        out += (out.empty() ? "" : ", ") + std::string(key);
    return out;
}

bool plain(std::string_view text)
{
    for (const char c : text)
        if ((c >= 0 && c < ' ') || c == 0x7f)
            return false;
    return !text.empty();
}

} // namespace

/// A table and where it stands; `root` keeps the whole file alive.
struct TomlSection::Node {
    std::shared_ptr<const toml::table> root;
    const toml::table* table = nullptr;
    std::filesystem::path file;
    std::string prefix; ///< "waveform."; empty at the top
    unsigned line = 1;

    const toml::node* find(std::string_view key) const { return table->get(key); }
};

TomlSection TomlSection::parse_file(const std::filesystem::path& file, Keys keys)
{
    std::ifstream in(file, std::ios::binary);
    std::string text(kMaxFileBytes + 1, '\0');
    const int open_error = in ? 0 : errno ? errno : EIO;
    const bool folder = std::filesystem::is_directory(file);
    if (in && !folder)
        in.read(text.data(), std::streamsize(text.size()));
    if (open_error || folder || in.bad())
        throw ConfigError(file.string() + ": cannot be read: " +
                          std::strerror(open_error ? open_error
                                        : folder   ? EISDIR
                                                   : EIO));
    text.resize(size_t(in.gcount()));
    if (text.size() > kMaxFileBytes)
        throw ConfigError(file.string() + ": is too long; allowed: 1 MiB");
    return parse(text, file, keys);
}

TomlSection
TomlSection::parse(std::string_view text, const std::filesystem::path& name, Keys keys)
{
    auto node = std::make_shared<Node>();
    try {
        node->root = std::make_shared<const toml::table>(toml::parse(text, name.string()));
    } catch (const toml::parse_error& error) {
        throw ConfigError(name.string() + ':' + std::to_string(error.source().begin.line) +
                          ": not TOML: " + printable(error.description()));
    }
    node->table = node->root.get();
    node->file = name;
    TomlSection section(std::move(node));
    section.refuse_unknown(keys);
    return section;
}

void TomlSection::refuse_unknown(Keys keys) const
{
    for (const auto& [name, value] : *node_->table) {
        const std::string_view key = name.str();
        bool known = false;
        std::string meant;
        for (const auto allowed : keys) {
            known |= allowed == key;
            if (allowed.starts_with(key) || key.starts_with(allowed))
                meant = allowed;
        }
        if (!known)
            fail(key, "unknown key" + (meant.empty() ? "" : "; do you mean " + meant + '?'),
                 joined(keys));
    }
}

TomlSection TomlSection::section(std::string_view key, Keys keys) const
{
    static const toml::table kEmpty;
    auto child = std::make_shared<Node>(*node_);
    child->prefix += std::string(key) + '.';
    child->table = &kEmpty;
    if (const toml::node* node = node_->find(key)) {
        child->table = node->as_table();
        if (!child->table)
            fail(key, described(*node), "a section, [" + std::string(key) + ']');
        if (node->source().begin)
            child->line = node->source().begin.line;
    }
    TomlSection section(std::move(child));
    section.refuse_unknown(keys);
    return section;
}

std::vector<TomlSection> TomlSection::sections(std::string_view key, Keys keys) const
{
    const toml::node* node = node_->find(key);
    if (!node)
        return {};
    const std::string allowed = "sections, [[" + node_->prefix + std::string(key) + "]]";
    if (!node->is_array())
        fail(key, described(*node), allowed);
    std::vector<TomlSection> all;
    for (const toml::node& element : *node->as_array()) {
        if (!element.is_table())
            fail(key, "is a list of values", allowed);
        auto child = std::make_shared<Node>(*node_);
        child->prefix += std::string(key) + '.';
        child->table = element.as_table();
        if (element.source().begin)
            child->line = element.source().begin.line;
        all.push_back(TomlSection(std::move(child)));
        all.back().refuse_unknown(keys);
    }
    return all;
}

bool TomlSection::has(std::string_view key) const
{
    return node_->find(key) != nullptr;
}

bool TomlSection::is_text(std::string_view key) const
{
    const toml::node* node = node_->find(key);
    return node && node->is_string();
}

bool TomlSection::boolean(std::string_view key, std::optional<bool> fallback) const
{
    const toml::node* node = node_->find(key);
    if (!node && fallback)
        return *fallback;
    if (!node)
        fail(key, "is missing", "true, false");
    if (!node->is_boolean())
        fail(key, described(*node), "true, false");
    return **node->as_boolean();
}

int64_t TomlSection::integer(std::string_view key,
                             int64_t min,
                             int64_t max,
                             std::optional<int64_t> fallback) const
{
    const toml::node* node = node_->find(key);
    if (!node && fallback)
        return *fallback;
    const std::string allowed = range_text("an integer", key, double(min), double(max));
    if (!node)
        fail(key, "is missing", allowed);
    if (const auto* value = node->as_integer())
        if (**value >= min && **value <= max)
            return **value;
    if (const auto* value = node->as_floating_point())
        if (**value >= double(min) && **value <= double(max) && **value < 0x1p63 &&
            **value == std::floor(**value))
            return int64_t(**value);
    fail(key, described(*node), allowed);
}

double TomlSection::number(std::string_view key,
                           double min,
                           double max,
                           std::optional<double> fallback) const
{
    const toml::node* node = node_->find(key);
    if (!node && fallback)
        return *fallback;
    const std::string allowed = range_text("a number", key, min, max);
    if (!node)
        fail(key, "is missing", allowed);
    if (!node->is_number())
        fail(key, described(*node), allowed);
    const double value = *node->value<double>();
    if (!(value >= min && value <= max))
        fail(key, described(*node), allowed);
    return value;
}

std::vector<double>
TomlSection::numbers(std::string_view key, size_t count, double min, double max) const
{
    const toml::node* node = node_->find(key);
    const std::string allowed = "a list of " + std::to_string(count) + ", each " +
                                range_text("a number", key, min, max);
    if (!node)
        fail(key, "is missing", allowed);
    const toml::array* list = node->as_array();
    if (!list || list->size() != count)
        fail(key, described(*node), allowed);
    std::vector<double> values;
    for (const toml::node& element : *list) {
        const auto value = element.is_number() ? element.value<double>() : std::nullopt;
        if (!value || !(*value >= min && *value <= max))
            fail(key, "holds what " + described(element), allowed);
        values.push_back(*value);
    }
    return values;
}

std::vector<std::vector<double>>
TomlSection::rows(std::string_view key, size_t width, const std::string& allowed) const
{
    const toml::node* node = node_->find(key);
    if (!node)
        fail(key, "is missing", allowed);
    if (!node->is_array())
        fail(key, described(*node), allowed);
    std::vector<std::vector<double>> rows;
    for (const toml::node& element : *node->as_array()) {
        const toml::array* row = element.as_array();
        if (!row || row->size() != width)
            fail(key, "holds what is no list of " + std::to_string(width), allowed);
        for (rows.emplace_back(); const toml::node& value : *row) {
            if (!value.is_number() || !std::isfinite(*value.value<double>()))
                fail(key, "holds what " + described(value), allowed);
            rows.back().push_back(*value.value<double>());
        }
    }
    return rows;
}

std::string TomlSection::text(std::string_view key, std::optional<std::string> fallback) const
{
    const toml::node* node = node_->find(key);
    if (!node && fallback)
        return *fallback;
    if (!node)
        fail(key, "is missing", "a text");
    const auto* value = node->as_string();
    if (!value || !plain(**value))
        fail(key, described(*node), "a text that is not empty");
    return **value;
}

std::vector<std::string> TomlSection::texts(std::string_view key) const
{
    const toml::node* node = node_->find(key);
    if (!node)
        fail(key, "is missing", "a list of texts");
    if (!node->is_array())
        fail(key, described(*node), "a list of texts");
    std::vector<std::string> values;
    for (const toml::node& element : *node->as_array()) {
        const auto* value = element.as_string();
        if (!value || !plain(**value))
            fail(key, "holds what " + described(element), "a list of texts");
        values.push_back(**value);
    }
    return values;
}

std::filesystem::path TomlSection::path(std::string_view key) const
{
    const auto folder = std::filesystem::absolute(node_->file).parent_path();
    return (folder / text(key)).lexically_normal();
}

void TomlSection::fail(std::string_view key,
                       const std::string& what,
                       const std::string& allowed) const
{
    const toml::node* node = key.empty() ? nullptr : node_->find(key);
    const unsigned line =
        node && node->source().begin ? node->source().begin.line : node_->line;
    std::string name = node_->prefix + printable(key);
    if (key.empty() && !name.empty())
        name.pop_back();
    throw ConfigError(node_->file.string() + ':' + std::to_string(line) + ": " + name + ": " +
                      what + (allowed.empty() ? "" : "; allowed: " + allowed));
}

} // namespace depinsat::config
