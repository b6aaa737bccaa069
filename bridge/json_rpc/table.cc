#include "bridge/json_rpc/table.h"

#include <algorithm>

namespace depinsat::bridge::json_rpc {

const config::JsonRpcMethod* find_method(const std::vector<config::JsonRpcMethod>& table,
                                         std::string_view method)
{
    const config::JsonRpcMethod* best = nullptr;
    for (const auto& row : table) {
        if (!row.is_prefix && row.name == method)
            return &row;
        if (row.is_prefix && method.starts_with(row.name) &&
            (!best || row.name.size() > best->name.size()))
            best = &row;
    }
    return best;
}

bool is_listed(const std::vector<std::string>& names, std::string_view method)
{
    return std::ranges::any_of(names, [&](std::string_view name) {
        return name.ends_with('*') ? method.starts_with(name.substr(0, name.size() - 1))
                                   : name == method;
    });
}

link::Class link_class(config::JsonRpcMethod::Class of_method)
{
    using Class = config::JsonRpcMethod::Class;
    switch (of_method) {
    case Class::kTransaction:
        return link::Class::kTransaction;
    case Class::kBulk:
        return link::Class::kBulk;
    case Class::kInteractive:
        break;
    }
    return link::Class::kInteractive;
}

} // namespace depinsat::bridge::json_rpc
