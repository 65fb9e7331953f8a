package io.seismo.app.spec;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * An amount of memory, as people write it: {@code 2GiB}, {@code 512MiB}, {@code 8GB} or plain bytes.
 *
 * @param bytes at least 1
 */
public record MemoryLimit(long bytes) {

    private static final Pattern FORM = Pattern.compile("(\\d{1,15})\\s*([KMGT]?)(I?)B?");

    /** What the machine has, or the container allows. */
    public static MemoryLimit ofMachine() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
                ? new MemoryLimit(Math.max(1, system.getTotalMemorySize()))
                : new MemoryLimit(Long.MAX_VALUE);
    }

    /** Reads one from the command line. */
    public static final class Converter implements ITypeConverter<MemoryLimit> {

        @Override
        public MemoryLimit convert(String text) {
            Matcher form = FORM.matcher(text.strip().toUpperCase(Locale.ROOT));
            if (!form.matches()) {
                throw refused(text);
            }
            try {
                long step = form.group(3).isEmpty() && !form.group(2).isEmpty() ? 1000 : 1024;
                long bytes = Long.parseLong(form.group(1));
                for (int i = 0;
                        i < "KMGT".indexOf(form.group(2)) + (form.group(2).isEmpty() ? 0 : 1);
                        i++) {
                    bytes = Math.multiplyExact(bytes, step);
                }
                if (bytes < 1) {
                    throw refused(text);
                }
                return new MemoryLimit(bytes);
            } catch (ArithmeticException e) {
                throw refused(text);
            }
        }

        private static TypeConversionException refused(String text) {
            return new TypeConversionException("'" + text + "' is no amount of memory; write 2GiB, 512MiB or 8GB");
        }
    }
}
