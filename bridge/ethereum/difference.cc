#include "bridge/ethereum/difference.h"

#include <algorithm>

namespace depinsat::bridge::ethereum {
namespace {

constexpr const char* kOther = "";

bool have_one_shape(const Json& a, const Json& b)
{
    if (a.type() != b.type() || !a.is_structured() || a.size() != b.size())
        return false;
    return a.is_array() || std::ranges::equal(
                               a.items(), b.items(), {}, [](const auto& x) { return x.key(); },
                               [](const auto& x) { return x.key(); });
}

} // namespace

Json code_against(const Json& expected, const Json& value)
{
    if (expected == value)
        return true;
    if (!have_one_shape(expected, value))
        return Json{{kOther, value}};
    Json list = Json::array();
    size_t place = 0;
    for (auto a = expected.begin(), b = value.begin(); a != expected.end(); ++a, ++b, ++place)
        if (*a != *b) {
            list.push_back(place);
            list.push_back(code_against(*a, *b));
        }
    return list;
}

std::optional<Json> decode_against(const Json& expected, const Json& coded)
{
    if (coded == true)
        return expected;
    if (coded.is_object() && coded.size() == 1 && coded.contains(kOther))
        return coded.at(kOther);
    if (!coded.is_array() || coded.size() % 2 != 0 || !expected.is_structured())
        return {};
    Json value = expected;
    for (size_t i = 0; i < coded.size(); i += 2) {
        if (!coded[i].is_number_unsigned() || coded[i].get<size_t>() >= value.size())
            return {};
        const auto child = std::next(value.begin(), coded[i].get<ptrdiff_t>());
        auto decoded = decode_against(*child, coded[i + 1]);
        if (!decoded)
            return {};
        *child = std::move(*decoded);
    }
    return value;
}

} // namespace depinsat::bridge::ethereum
