-- 属地 in full: 昆山 and 昆山市 were two counties (standard/counties.py).
update or ignore enterprises set county = county || '市' where county in ('张家港', '常熟', '太仓', '昆山');
update or ignore enterprises set county = county || '区' where county in ('吴江', '吴中', '相城', '姑苏', '虎丘', '苏州工业园');
update or ignore notifications set county = county || '市' where county in ('张家港', '常熟', '太仓', '昆山');
update or ignore notifications set county = county || '区' where county in ('吴江', '吴中', '相城', '姑苏', '虎丘', '苏州工业园');
update or ignore county_phones set county = county || '市' where county in ('张家港', '常熟', '太仓', '昆山');
update or ignore county_phones set county = county || '区' where county in ('吴江', '吴中', '相城', '姑苏', '虎丘', '苏州工业园');
update or ignore star_results set county = county || '市' where county in ('张家港', '常熟', '太仓', '昆山');
update or ignore star_results set county = county || '区' where county in ('吴江', '吴中', '相城', '姑苏', '虎丘', '苏州工业园');
update or ignore assessors set county = county || '市' where county in ('张家港', '常熟', '太仓', '昆山');
update or ignore assessors set county = county || '区' where county in ('吴江', '吴中', '相城', '姑苏', '虎丘', '苏州工业园');
