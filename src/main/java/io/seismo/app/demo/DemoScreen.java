package io.seismo.app.demo;

import io.seismo.wire.TokenPeak;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What the demo prints: lines that stay, and on a terminal one that moves. */
final class DemoScreen {

    private static final String RESET = "\u001b[0m";
    private static final String ERASE = "\r\u001b[2K";

    private final PrintStream out;
    private final boolean live;
    private String status = "";

    /** @param live whether colours and a moving line are wanted */
    DemoScreen(PrintStream out, boolean live) {
        this.out = out;
        this.live = live;
    }

    /** Prints a line above the moving one. */
    synchronized void line(String text) {
        if (live && !status.isEmpty()) {
            out.print(ERASE);
        }
        out.println(text);
        if (live && !status.isEmpty()) {
            out.print(status);
        }
        out.flush();
    }

    /** Replaces the moving line; nothing where lines cannot move. */
    synchronized void status(String text) {
        if (live) {
            status = text;
            out.print(ERASE + text);
            out.flush();
        }
    }

    /** Ends the moving line. */
    synchronized void endStatus() {
        if (live && !status.isEmpty()) {
            out.print(ERASE);
        }
        status = "";
    }

    String bold(String text) {
        return live ? "\u001b[1m" + text + RESET : text;
    }

    String red(String text) {
        return live ? "\u001b[1;31m" + text + RESET : text;
    }

    String green(String text) {
        return live ? "\u001b[32m" + text + RESET : text;
    }

    String dim(String text) {
        return live ? "\u001b[2m" + text + RESET : text;
    }

    /** The tokens of a request, the strong ones marked: by colour, or by their value where there is none. */
    String trace(@Nullable CapturedText captured, List<TokenPeak> peaks) {
        if (captured == null) {
            return dim("(text not on this machine)");
        }
        Map<Integer, Float> strong = new TreeMap<>();
        float largest = 1e-6f;
        for (TokenPeak peak : peaks) {
            strong.put(peak.getPosition(), peak.getValue());
            largest = Math.max(largest, peak.getValue());
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < captured.tokens().size() && i < 40; i++) {
            if (captured.rowKinds()[i] != 0) {
                continue;
            }
            String token = captured.tokens().get(i);
            boolean joined = token.startsWith("##");
            text.append(joined || text.isEmpty() ? "" : " ");
            text.append(token(joined ? token.substring(2) : token, strong.get(i), largest));
        }
        return text.toString();
    }

    private String token(String token, @Nullable Float value, float largest) {
        if (value == null || value < 0.2f * largest) {
            return token;
        }
        if (!live) {
            return token + "[" + String.format(Locale.ROOT, "%.1f", value) + "]";
        }
        // 256-colour ramp from yellow to red.
        int[] ramp = {229, 221, 214, 208, 202, 196};
        int shade = ramp[Math.min(ramp.length - 1, (int) (ramp.length * value / largest * 0.999f))];
        return "\u001b[38;5;16;48;5;" + shade + "m" + token + RESET;
    }
}
