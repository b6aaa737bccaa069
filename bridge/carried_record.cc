#include "bridge/carried_record.h"

#include "bridge/wall_clock.h"

namespace depinsat::bridge {

int64_t to_wall_seconds(link::Time time)
{
    const auto since = std::chrono::duration_cast<std::chrono::seconds>(now() - time);
    return int64_t(wall_seconds()) - since.count();
}

link::Time from_wall_seconds(int64_t wall)
{
    return now() - std::chrono::seconds(std::max<int64_t>(int64_t(wall_seconds()) - wall, 0));
}

} // namespace depinsat::bridge
