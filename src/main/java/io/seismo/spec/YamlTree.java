package io.seismo.spec;

import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.CollectionStartEvent;
import org.yaml.snakeyaml.events.DocumentEndEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.MappingEndEvent;
import org.yaml.snakeyaml.events.MappingStartEvent;
import org.yaml.snakeyaml.events.NodeEvent;
import org.yaml.snakeyaml.events.ScalarEvent;
import org.yaml.snakeyaml.events.SequenceEndEvent;
import org.yaml.snakeyaml.events.StreamEndEvent;

/**
 * Reads YAML into nodes that know their line and column, from the parser's events and nothing above them: no tags, no
 * anchors, no merge keys, no implicit types, so that nothing in a text can construct or repeat anything.
 *
 * <p>Bounds: 1 MiB of text, 12 levels, 20,000 nodes. One problem ends the reading: after a syntax error the rest of a
 * text means nothing.
 */
final class YamlTree {

    static final int MAX_BYTES = 1 << 20;
    private static final int MAX_DEPTH = 12;
    private static final int MAX_NODES = 20_000;

    private final String file;
    private final Iterator<Event> events;
    private int nodes;

    private YamlTree(String file, Iterator<Event> events) {
        this.file = file;
        this.events = events;
    }

    /** The one document of a text. */
    static YamlNode read(String file, byte[] yaml) {
        if (yaml.length > MAX_BYTES) {
            throw refused(
                    file,
                    Place.START,
                    yaml.length + " bytes",
                    "a spec may have 1 MiB, this has " + yaml.length + " bytes",
                    "split the deployment");
        }
        return read(file, decoded(file, yaml));
    }

    static YamlNode read(String file, String text) {
        LoaderOptions options = new LoaderOptions();
        options.setNestingDepthLimit(MAX_DEPTH);
        options.setCodePointLimit(MAX_BYTES + 1);
        try {
            return new YamlTree(
                            file,
                            new Yaml(options).parse(new StringReader(text)).iterator())
                    .document();
        } catch (MarkedYAMLException e) {
            Mark mark = e.getProblemMark() == null ? e.getContextMark() : e.getProblemMark();
            throw refused(file, place(mark), "", "not YAML: " + sentence(e), hint(e));
        } catch (YAMLException e) {
            throw refused(file, Place.START, "", "not YAML: " + Words.shortened(firstLine(e)), "");
        }
    }

    private YamlNode document() {
        Event event = next();
        while (!(event instanceof NodeEvent)) {
            if (event instanceof StreamEndEvent) {
                throw refused(file, Place.START, "", "there is no spec in this text", "begin with: seismo: 1");
            }
            event = next();
        }
        YamlNode root = node(event, "", 1);
        for (Event rest = next(); !(rest instanceof StreamEndEvent); rest = next()) {
            if (!(rest instanceof DocumentEndEvent)) {
                throw refused(file, place(rest.getStartMark()), "---", "a second document", "one spec, one file");
            }
        }
        return root;
    }

    private YamlNode node(Event event, String path, int depth) {
        Place place = place(event.getStartMark());
        if (depth > MAX_DEPTH || ++nodes > MAX_NODES) {
            throw refused(
                    file,
                    place,
                    "",
                    "nested deeper than " + MAX_DEPTH + " or longer than " + MAX_NODES + " values",
                    "no spec needs that");
        }
        refuseMagic((NodeEvent) event, place, path);
        if (event instanceof MappingStartEvent) {
            return mapping(path, place, depth);
        }
        if (event instanceof CollectionStartEvent) {
            return sequence(path, place, depth);
        }
        ScalarEvent scalar = (ScalarEvent) event;
        return new YamlNode.Scalar(path, place, scalar.getValue(), scalar.getScalarStyle() == ScalarStyle.PLAIN);
    }

    private YamlNode mapping(String path, Place place, int depth) {
        List<YamlNode.Entry> entries = new ArrayList<>();
        for (Event event = next(); !(event instanceof MappingEndEvent); event = next()) {
            if (!(node(event, path, depth + 1) instanceof YamlNode.Scalar key)) {
                throw refused(file, place(event.getStartMark()), "", "a key must be a word, not a list or map", "");
            }
            String name = Words.shortened(key.text());
            String below = path.isEmpty() ? name : path + "." + name;
            entries.add(new YamlNode.Entry(key, node(next(), below, depth + 1)));
        }
        return new YamlNode.Mapping(path, place, entries);
    }

    private YamlNode sequence(String path, Place place, int depth) {
        List<YamlNode> items = new ArrayList<>();
        for (Event event = next(); !(event instanceof SequenceEndEvent); event = next()) {
            items.add(node(event, path + "[" + items.size() + "]", depth + 1));
        }
        return new YamlNode.Sequence(path, place, items);
    }

    private void refuseMagic(NodeEvent event, Place place, String path) {
        if (event instanceof AliasEvent) {
            throw new SpecException(List.of(new SpecProblem(
                    file,
                    place,
                    path,
                    "*" + Words.shortened(event.getAnchor()),
                    "aliases are not allowed",
                    "write the value out; for every entry, write \"*\" in quotes")));
        }
        String tag = event instanceof ScalarEvent scalar
                ? scalar.getTag()
                : event instanceof CollectionStartEvent start ? start.getTag() : null;
        if (event.getAnchor() != null || tag != null) {
            String found = tag == null ? "&" + event.getAnchor() : tag;
            throw new SpecException(List.of(new SpecProblem(
                    file,
                    place,
                    path,
                    Words.shortened(found),
                    "anchors and tags are not allowed",
                    "write the value out")));
        }
    }

    private Event next() {
        if (!events.hasNext()) {
            throw refused(file, Place.START, "", "not YAML: the text ends early", "");
        }
        return events.next();
    }

    private static String decoded(String file, byte[] yaml) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(yaml))
                    .toString();
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            throw refused(file, Place.START, "", "not UTF-8 text", "save the file as UTF-8");
        }
    }

    private static Place place(@Nullable Mark mark) {
        return mark == null ? Place.START : new Place(mark.getLine() + 1, mark.getColumn() + 1);
    }

    private static String sentence(MarkedYAMLException e) {
        String context = e.getContext() == null ? "" : e.getContext() + ", ";
        return Words.shortened(context) + Words.shortened(e.getProblem() == null ? "unreadable" : e.getProblem());
    }

    private static String hint(MarkedYAMLException e) {
        if (String.valueOf(e.getContext()).contains("alias")) {
            return "for every entry, write \"*\" in quotes";
        }
        return String.valueOf(e.getProblem()).contains("TAB") ? "indent with spaces, not tabs" : "";
    }

    private static String firstLine(YAMLException e) {
        String message = String.valueOf(e.getMessage());
        int end = message.indexOf('\n');
        return end < 0 ? message : message.substring(0, end);
    }

    private static SpecException refused(String file, Place place, String found, String message, String remedy) {
        return new SpecException(List.of(new SpecProblem(file, place, "", found, message, remedy)));
    }
}
