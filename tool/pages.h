/* pages.h - renders a folder of Markdown into web pages.
 *
 * A page is the theme's layout with the Markdown put in (CommonMark by libcmark,
 * and tables in GitHub's notation). The folder is the navigation: a
 * page's title is its first heading, a folder is a section with the title of its index.md (or its
 * name); pages come in the order of the file `order` in that folder (one name
 * a line), what is not in it follows by name; two digits in front ("10-tour.md")
 * order and are left out of the address. README.md and index.md become index.html;
 * when the root has neither, the page named first becomes the index too.
 *
 * Headings get anchors like GitHub's; links to x.md become links to x.html. One
 * that leads to no page or heading is told with file and line, and stops a
 * strict rendering (`fata check` asks for that; a page half written should
 * still be looked at). C and shell blocks get light highlighting. Files that
 * are not Markdown are copied.
 *
 * The theme is a folder:
 *
 *     layout.html      {title} {site} {root} {nav} {toc} {content} {previous} {next} {page} are replaced
 *                      ({title} has the site's name behind it, but on its first page)
 *     pages/NAME.html  a fragment that gets the layout too; first line: <!-- title -->. Other
 *                      {words} in it stay, for the image to fill in
 *     anything else    copied as it is (style.css, script.js, logo.svg)
 *
 * Every address in a page is relative ({root} is "", "../", ...), so the pages work from a disk as they do from the image.
 */
#ifndef TOOL_PAGES_H
#define TOOL_PAGES_H

#include "tool/pack.h"

/* Renders `folder` with `theme` into the pack. Trouble ends the tool by stop_with(). */
void pages_render(struct pack *p, const char *folder, const char *theme, const char *title, bool strict);

#endif
