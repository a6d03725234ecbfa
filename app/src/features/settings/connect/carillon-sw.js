// /carillon-sw.js, at the root of your site.
importScripts("{server}/web/carillon-sw.js");
