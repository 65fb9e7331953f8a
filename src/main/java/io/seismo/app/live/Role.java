package io.seismo.app.live;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** What a process does; each scales alone. */
public enum Role {
    /** Writes ticks. */
    CLOCK,
    /** Encodes and scores. */
    ENCODE,
    /** Merges, detects, alerts. */
    WATCH,
    /** Tells receivers. */
    NOTIFY;

    String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Reads {@code encode,watch} or {@code all}. */
    static Set<Role> parse(String text) {
        if (text.equals("all")) {
            return EnumSet.allOf(Role.class);
        }
        Set<Role> roles = EnumSet.noneOf(Role.class);
        for (String word : text.split(",")) {
            roles.add(one(word.strip()));
        }
        return roles;
    }

    private static Role one(String word) {
        for (Role role : values()) {
            if (role.id().equals(word)) {
                return role;
            }
        }
        String allowed = Arrays.stream(values()).map(Role::id).collect(Collectors.joining(", "));
        throw new IllegalArgumentException("there is no role '" + word + "'; allowed: all, or some of " + allowed);
    }
}
